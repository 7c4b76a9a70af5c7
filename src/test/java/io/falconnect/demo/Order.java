// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

/**
 * What is submitted to fal.
 *
 * @param endpoint the whole endpoint id
 * @param input a JSON object
 */
record Order(String endpoint, String input) {}
