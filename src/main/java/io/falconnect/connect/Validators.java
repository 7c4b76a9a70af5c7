// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import io.falconnect.fal.EndpointId;
import io.falconnect.fal.http.FalCredentials;
import java.util.function.Consumer;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** Checks of single values. Messages name the key and never show a secret. */
public final class Validators {
  public static final int DAY_MS = 24 * 60 * 60 * 1000;

  /** A base URL: http or https, without credentials, query or fragment. */
  public static final ConfigDef.Validator BASE_URL =
      textual("an http or https URL without credentials, query or fragment", Validators::baseUrl);

  /** A proxy's URL: http, without credentials. */
  public static final ConfigDef.Validator PROXY_URL =
      textual("an http URL like http://proxy:3128, without credentials", Validators::proxyUrl);

  /** An endpoint id. */
  public static final ConfigDef.Validator ENDPOINT_ID =
      textual(EndpointId.SHAPE, EndpointId::parse);

  /** A name of a topic. */
  public static final ConfigDef.Validator TOPIC = textual("the name of a topic", Validators::topic);

  /** The path of an endpoint below its id. */
  public static final ConfigDef.Validator PATH =
      textual("a path of letters, digits, '.', '_' or '-' that starts with '/'", Validators::path);

  /** The value of a header: printable ASCII. */
  public static final ConfigDef.Validator HEADER = textual("printable ASCII", Validators::header);

  /** A URL that fal is to call, which is a secret. */
  public static final ConfigDef.Validator WEBHOOK =
      secret("an http or https URL", Validators::webhook);

  /** A key that can be sent in a header. */
  public static final ConfigDef.Validator API_KEY =
      secret("printable ASCII without spaces", Validators::apiKey);

  private Validators() {}

  /** Another check, for keys that need not be set. */
  public static ConfigDef.Validator unlessNull(ConfigDef.Validator check) {
    return ConfigDef.LambdaValidator.with(
        (key, value) -> {
          if (value != null) {
            check.ensureValid(key, value);
          }
        },
        check::toString);
  }

  private static void baseUrl(String text) {
    HttpUrl url = HttpUrl.parse(text);
    if (url == null) {
      throw new IllegalArgumentException("not an http or https URL");
    }
    if (!url.username().isEmpty() || !url.password().isEmpty()) {
      throw new IllegalArgumentException("credentials in a URL would be shown; use fal.api.key");
    }
    if (url.query() != null || url.fragment() != null) {
      throw new IllegalArgumentException("a base URL has no query and no fragment");
    }
  }

  private static void header(String text) {
    if (text.isBlank() || !text.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
      throw new IllegalArgumentException("it has characters that cannot be sent in a header");
    }
  }

  private static void apiKey(String text) {
    if (!FalCredentials.ofKey(text).isSendable()) {
      throw new IllegalArgumentException("it has characters that cannot be sent in a header");
    }
  }

  private static void webhook(String text) {
    if (HttpUrl.parse(text) == null) {
      throw new IllegalArgumentException("not an http or https URL");
    }
  }

  private static void proxyUrl(String text) {
    HttpUrl url = HttpUrl.parse(text);
    if (url == null || url.isHttps()) {
      throw new IllegalArgumentException("not an http URL");
    }
    if (!url.username().isEmpty() || !url.password().isEmpty()) {
      throw new IllegalArgumentException(
          "credentials in a URL would be shown; use fal.proxy.user and fal.proxy.password");
    }
  }

  private static void topic(String name) {
    if (!name.matches("[a-zA-Z0-9._-]{1,249}") || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(
          "a topic's name has 1 to 249 letters, digits, '.', '_' or '-'");
    }
  }

  private static void path(String text) {
    // A segment of dots only would be resolved away, and with it the endpoint's own id.
    if (!text.matches("/|(/(?!\\.{1,2}(/|$))[a-zA-Z0-9._-]+)+/?")) {
      throw new IllegalArgumentException(
          "a path starts with '/' and has segments of letters, digits, '.', '_' or '-', none of them '.' or '..'");
    }
  }

  private static ConfigDef.Validator textual(String words, Consumer<String> check) {
    return named(words, value -> check.accept((String) value));
  }

  private static ConfigDef.Validator secret(String words, Consumer<String> check) {
    return named(words, value -> check.accept(((Password) value).value()));
  }

  private static ConfigDef.Validator named(String words, Consumer<Object> check) {
    return ConfigDef.LambdaValidator.with(
        (key, value) -> {
          if (value == null) {
            return;
          }
          try {
            check.accept(value);
          } catch (IllegalArgumentException e) {
            throw new ConfigException(
                "Invalid value for configuration " + key + ": " + e.getMessage());
          }
        },
        () -> words);
  }
}
