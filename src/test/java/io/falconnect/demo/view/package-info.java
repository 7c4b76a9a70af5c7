// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * How the demo prints its board: a table that redraws itself on a terminal, or one line for each
 * change.
 */
package io.falconnect.demo.view;
