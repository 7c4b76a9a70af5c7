// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.fault;

/** The parts of fal's interface that a request can be addressed to. */
public enum Surface {
  SUBMIT,
  STATUS,
  STATUS_STREAM,
  RESULT,
  CANCEL,
  TOKENS,
  REALTIME,
  HTTP_STREAM,
  RUN
}
