// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import com.fasterxml.jackson.core.JsonPointer;
import io.falconnect.fal.EndpointId;
import io.falconnect.fal.http.FalCredentials;
import java.util.List;
import java.util.function.Consumer;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** Checks of single values. Messages name the key and never show a secret. Stateless. */
public final class Validators {
  public static final int DAY_MS = 24 * 60 * 60 * 1000;

  /** At least one base URL. */
  static final ConfigDef.Validator BASE_URLS =
      create(
          "http or https URLs without credentials, query or fragment",
          value -> checkBaseUrls((List<?>) value));

  /** A proxy's URL: http, without credentials. */
  public static final ConfigDef.Validator PROXY_URL =
      forText("an http URL like http://proxy:3128, without credentials", Validators::checkProxyUrl);

  /** An endpoint id. */
  public static final ConfigDef.Validator ENDPOINT_ID =
      forText(EndpointId.SHAPE, EndpointId::parse);

  /** A name of a topic. */
  public static final ConfigDef.Validator TOPIC =
      forText("the name of a topic", Validators::checkTopic);

  /** The path of an endpoint below its id. */
  public static final ConfigDef.Validator PATH =
      forText(
          "a path of letters, digits, '.', '_' or '-' that starts with '/'", Validators::checkPath);

  /** The value of a header: printable ASCII. */
  public static final ConfigDef.Validator HEADER =
      forText("printable ASCII", Validators::checkHeader);

  /** A JSON pointer; an empty one points to nothing. */
  public static final ConfigDef.Validator POINTER =
      forText("a JSON pointer like /error", Validators::checkPointer);

  /** A URL that fal calls, which is a secret. */
  public static final ConfigDef.Validator WEBHOOK =
      forSecret("an http or https URL", Validators::checkWebhook);

  /** A key that can be sent in a header. */
  public static final ConfigDef.Validator API_KEY =
      forSecret("printable ASCII without spaces", Validators::checkApiKey);

  private Validators() {}

  /** The same check, which accepts a key without a value. */
  static ConfigDef.Validator unlessNull(ConfigDef.Validator check) {
    return ConfigDef.LambdaValidator.with(
        (key, value) -> {
          if (value != null) {
            check.ensureValid(key, value);
          }
        },
        check::toString);
  }

  private static void checkBaseUrls(List<?> urls) {
    if (urls.isEmpty()) {
      throw new IllegalArgumentException("at least one URL is required");
    }
    urls.forEach(url -> checkBaseUrl((String) url));
  }

  private static void checkBaseUrl(String text) {
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

  private static void checkHeader(String text) {
    if (text.isBlank() || !text.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
      throw new IllegalArgumentException("it has characters that cannot be sent in a header");
    }
  }

  private static void checkPointer(String text) {
    try {
      JsonPointer.compile(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("a JSON pointer starts with '/', like /error", e);
    }
  }

  private static void checkApiKey(String text) {
    if (!FalCredentials.ofKey(text).isSendable()) {
      throw new IllegalArgumentException("it has characters that cannot be sent in a header");
    }
  }

  private static void checkWebhook(String text) {
    if (HttpUrl.parse(text) == null) {
      throw new IllegalArgumentException("not an http or https URL");
    }
  }

  private static void checkProxyUrl(String text) {
    HttpUrl url = HttpUrl.parse(text);
    if (url == null || url.isHttps()) {
      throw new IllegalArgumentException("not an http URL");
    }
    if (!url.username().isEmpty() || !url.password().isEmpty()) {
      throw new IllegalArgumentException(
          "credentials in a URL would be shown; use fal.proxy.user and fal.proxy.password");
    }
  }

  private static void checkTopic(String name) {
    if (!name.matches("[a-zA-Z0-9._-]{1,249}") || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(
          "a topic's name has 1 to 249 letters, digits, '.', '_' or '-'");
    }
  }

  private static void checkPath(String text) {
    // A segment of dots would be resolved, and could remove the endpoint id from the URL.
    if (!text.matches("/|(/(?!\\.{1,2}(/|$))[a-zA-Z0-9._-]+)+/?")) {
      throw new IllegalArgumentException(
          "a path starts with '/' and has segments of letters, digits, '.', '_' or '-', none of them '.' or '..'");
    }
  }

  private static ConfigDef.Validator forText(String words, Consumer<String> check) {
    return create(words, value -> check.accept((String) value));
  }

  private static ConfigDef.Validator forSecret(String words, Consumer<String> check) {
    return create(words, value -> check.accept(((Password) value).value()));
  }

  private static ConfigDef.Validator create(String words, Consumer<Object> check) {
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
