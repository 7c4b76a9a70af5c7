// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import io.falconnect.fal.http.FalSettings.ProxySettings;
import java.net.InetSocketAddress;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.types.Password;

/** The HTTP proxy between the worker and fal: the keys {@code fal.proxy.*}. */
final class ProxyConfig {
  static final String URL = "fal.proxy.url";
  private static final String USER = "fal.proxy.user";
  private static final String PASSWORD = "fal.proxy.password";

  private final AbstractConfig config;

  ProxyConfig(AbstractConfig config) {
    this.config = config;
  }

  static void define(ConfigDef definition) {
    new KeyGroup(definition, FalConfig.GROUP)
        .key(URL, Type.STRING)
        .validatedBy(Validators.PROXY_URL)
        .low()
        .wide()
        .describe(
            "Proxy URL",
            "The HTTP proxy between the worker and fal, like http://proxy:3128, without credentials.")
        .key(USER, Type.STRING)
        .low()
        .describe("Proxy user", "The user at the proxy, for Basic authentication.")
        .key(PASSWORD, Type.PASSWORD)
        .low()
        .describe("Proxy password", "The password of the proxy user.");
  }

  boolean isSet() {
    return config.getString(URL) != null;
  }

  /** Null without a proxy. */
  ProxySettings settings() {
    if (!isSet()) {
      return null;
    }
    HttpUrl url = HttpUrl.get(config.getString(URL));
    Password password = config.getPassword(PASSWORD);
    return new ProxySettings(
        InetSocketAddress.createUnresolved(url.host(), url.port()),
        config.getString(USER),
        password == null ? null : password.value());
  }

  void check(ValidationReport report) {
    if (!isSet() && config.getString(USER) != null) {
      report.addError(USER, "is of no use without " + URL);
    }
    if (config.getString(USER) == null && config.getPassword(PASSWORD) != null) {
      report.addError(PASSWORD, "is of no use without " + USER);
    }
  }
}
