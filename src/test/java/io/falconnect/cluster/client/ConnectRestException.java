// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.client;

/** A worker refused a request. */
public final class ConnectRestException extends RuntimeException {

  private final int status;
  private final String body;

  ConnectRestException(String request, int status, String body) {
    super("%s was answered with %d: %s".formatted(request, status, body));
    this.status = status;
    this.body = body;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** What the worker said. */
  public String body() {
    return body;
  }
}
