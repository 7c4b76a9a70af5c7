// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import java.util.List;
import okhttp3.OkHttpClient;

/**
 * Clients with the same settings, each with connections of its own. For each call OkHttp looks
 * through all connections of its client, so thousands of open streams are spread over several
 * clients. Safe for any thread.
 */
public final class RequestClients {
  private final List<OkHttpClient> clients;

  RequestClients(List<OkHttpClient> clients) {
    this.clients = clients;
  }

  /** The client of a request: always the same one, so that its result can use its connection. */
  public OkHttpClient get(String requestId) {
    return clients.get(Math.floorMod(requestId.hashCode(), clients.size()));
  }
}
