// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.account;

import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The account's API key and the tokens minted with it. Lives on the event loop. */
public final class Credentials {
  private final Map<String, Token> tokens = new HashMap<>();
  private String setApiKey;
  private String lockWords;
  private int mintedCount;

  public Credentials(String apiKey) {
    this.setApiKey = apiKey;
  }

  public void setApiKey(String key) {
    setApiKey = key;
  }

  /** Locks the account: every request is refused with these words. Null unlocks it. */
  public void setLock(String words) {
    lockWords = words;
  }

  /** Why the account is locked; null if it is not. */
  String lockWords() {
    return lockWords;
  }

  public boolean allows(HttpServerRequest request) {
    return setApiKey == null || ("Key " + setApiKey).equals(request.getHeader("Authorization"));
  }

  String mintToken(Set<String> apps, Duration life) {
    String text = "simulated-token-" + ++mintedCount;
    tokens.put(text, new Token(new HashSet<>(apps), Instant.now().plus(life)));
    return text;
  }

  public void expireTokens() {
    tokens.clear();
  }

  public int mintedCount() {
    return mintedCount;
  }

  /** When the token expires; null if the token is not valid for the app. */
  public Instant tokenExpiry(String token, String alias) {
    Token known = tokens.get(token);
    boolean opens =
        known != null && known.apps.contains(alias) && Instant.now().isBefore(known.end);
    return opens ? known.end : null;
  }

  private record Token(Set<String> apps, Instant end) {}
}
