// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

/** How a watch ended. */
public enum Outcome {
  /** fal completed the request, and its result is an output. */
  SUCCEEDED,
  /** The request ended with an error. */
  FAILED,
  /** fal knows no such request. */
  NOT_FOUND,
  /** fal refused this request, and took others. */
  DENIED,
  /**
   * The connector gave up: retries were exhausted, or fal gave an answer that retries cannot
   * change.
   */
  ABANDONED,
  /** A null control record ended the watch, or the request was cancelled at fal. */
  CANCELLED
}
