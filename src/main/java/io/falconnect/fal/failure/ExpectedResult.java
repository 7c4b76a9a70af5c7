// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

/** What is known of a request's result before it is fetched. */
public enum ExpectedResult {
  /** The request succeeded: an error is fal's own trouble, unless it is final. */
  OUTPUT,
  /** The request failed: an error is its result. */
  ERROR,
  /** The request is completed, and only the result says whether it succeeded. */
  UNKNOWN
}
