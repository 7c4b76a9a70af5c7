// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.SslConfigs;

/**
 * What {@code security.protocol} of a Kafka client asks for, and whether it is there. Stateless.
 */
final class ClientSecurity {
  static final String PROTOCOL = "security.protocol";

  private ClientSecurity() {}

  /**
   * Finds key stores and a login configuration that cannot be used. Reads files, and does not use
   * the network.
   *
   * @param settings settings of a client, without prefix
   */
  static List<Finding> findErrors(Map<String, ?> settings) {
    List<Finding> errors = new ArrayList<>();
    if (usesTls(settings) && !hasOwnEngines(settings)) {
      errors.addAll(new StoreCheck(settings).findErrors());
    }
    if (usesSasl(settings)) {
      JaasCheck.findError(settings).ifPresent(errors::add);
    }
    return errors;
  }

  /** Whether the client speaks TLS. */
  static boolean usesTls(Map<String, ?> settings) {
    return protocolOf(settings).endsWith("SSL");
  }

  /** Whether the client logs in. */
  static boolean usesSasl(Map<String, ?> settings) {
    return protocolOf(settings).startsWith("SASL_");
  }

  /** Whether a class of the user's own reads the key stores. */
  static boolean hasOwnEngines(Map<String, ?> settings) {
    return settings.get(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG) != null;
  }

  private static String protocolOf(Map<String, ?> settings) {
    return String.valueOf(settings.get(PROTOCOL)).trim().toUpperCase(Locale.ROOT);
  }
}
