// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import io.falconnect.simulator.Script;

/**
 * A request to the simulator.
 *
 * @param script its life
 * @param outcome how it has to end
 */
record Scene(Order order, Script script, String outcome) {}
