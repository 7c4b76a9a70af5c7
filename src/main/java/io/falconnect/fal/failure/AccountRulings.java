// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

/**
 * Receives what {@link AccountAccess} has decided.
 *
 * @param <R> a request
 */
public interface AccountRulings<R> {
  /** The refusal is the request's own: another attempt would be refused as well. */
  void onOwnRefusal(R request, FalFailure failure);

  /** The request that was refused may start again. */
  void onReleased(R request);

  /** The account is refused: only one request at a time is tried now. Told for each refusal. */
  void onAccountRefused(FalFailure failure);

  /** fal takes requests again. */
  void onAccountAccepted();

  /**
   * The account is refused, and the task has to fail.
   *
   * @param reason with fal's words
   */
  void onTaskRefused(String reason);
}
