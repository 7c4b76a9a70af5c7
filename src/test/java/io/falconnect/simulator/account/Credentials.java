// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.account;

import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The account's key and the tokens minted with it. Lives on the event loop. */
public final class Credentials {
  private final Map<String, Token> tokens = new HashMap<>();
  private String apiKey;
  private int minted;

  public Credentials(String apiKey) {
    this.apiKey = apiKey;
  }

  public void apiKey(String key) {
    apiKey = key;
  }

  public boolean allows(HttpServerRequest request) {
    return apiKey == null || ("Key " + apiKey).equals(request.getHeader("Authorization"));
  }

  String mint(Set<String> apps, Duration life) {
    String text = "simulated-token-" + ++minted;
    tokens.put(text, new Token(new HashSet<>(apps), Instant.now().plus(life)));
    return text;
  }

  public void expireTokens() {
    tokens.clear();
  }

  public int minted() {
    return minted;
  }

  /** When the token's life ends, or null where it does not open the app. */
  public Instant tokenEnd(String token, String alias) {
    Token known = tokens.get(token);
    boolean opens =
        known != null && known.apps.contains(alias) && Instant.now().isBefore(known.end);
    return opens ? known.end : null;
  }

  private record Token(Set<String> apps, Instant end) {}
}
