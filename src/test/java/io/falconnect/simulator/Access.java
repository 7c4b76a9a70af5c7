// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The account's key and the tokens minted with it. Lives on the event loop. */
final class Access {
  private final Map<String, Token> tokens = new HashMap<>();
  private String apiKey;
  private int minted;

  Access(String apiKey) {
    this.apiKey = apiKey;
  }

  void apiKey(String key) {
    apiKey = key;
  }

  boolean allows(HttpServerRequest request) {
    return apiKey == null || ("Key " + apiKey).equals(request.getHeader("Authorization"));
  }

  String mint(Set<String> apps, Duration life) {
    String text = "simulated-token-" + ++minted;
    tokens.put(text, new Token(new HashSet<>(apps), Instant.now().plus(life)));
    return text;
  }

  void expireTokens() {
    tokens.clear();
  }

  int minted() {
    return minted;
  }

  /** When the token's life ends, or null where it does not open the app. */
  Instant tokenEnd(String token, String alias) {
    Token known = tokens.get(token);
    boolean opens =
        known != null && known.apps.contains(alias) && Instant.now().isBefore(known.end);
    return opens ? known.end : null;
  }

  private record Token(Set<String> apps, Instant end) {}
}
