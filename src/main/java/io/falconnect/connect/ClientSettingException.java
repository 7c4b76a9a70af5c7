// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import org.apache.kafka.connect.errors.ConnectException;

/**
 * A Kafka client cannot be created with its settings. The message and the causes quote no secret.
 */
public final class ClientSettingException extends ConnectException {
  private static final long serialVersionUID = 1L;

  private final transient Finding finding;

  /**
   * Creates the exception.
   *
   * @param cause null if its messages may quote a secret
   */
  ClientSettingException(String message, Finding finding, Throwable cause) {
    super(message, cause);
    this.finding = finding;
  }

  /** The key that is wrong, and why. */
  public Finding finding() {
    return finding;
  }
}
