// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * The demo's knowledge of each prompt, read from topics as any application would read them. Prints
 * nothing.
 */
package io.falconnect.demo.board;
