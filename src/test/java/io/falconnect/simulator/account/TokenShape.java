// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.account;

/** The JSON around a token in the answer: a bare string, or an object with one field. */
public enum TokenShape {
  STRING,
  DETAIL,
  TOKEN
}
