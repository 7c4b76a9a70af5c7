// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.account;

/** How the tokens surface answers: proxies wrap the bare string. */
public enum TokenShape {
  STRING,
  DETAIL,
  TOKEN
}
