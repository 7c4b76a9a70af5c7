// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.connect.ConnectionConfig;
import io.falconnect.sink.result.OutputKeys;
import java.util.LinkedHashMap;
import java.util.Map;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.types.Password;

/** Configuration of the queue sink, of the connector as of its tasks. */
final class QueueSinkConfig extends CallSinkConfig {
  static final String PRIORITY = "queue.priority";
  static final String HINT = "queue.hint";
  static final String START_TIMEOUT = "queue.start.timeout.s";
  static final String WEBHOOK = "queue.webhook.url";
  static final String NO_RETRY = "queue.no.retry";
  static final String LIFECYCLE = "queue.object.lifecycle";
  static final String MAX_IN_FLIGHT = "queue.max.in.flight";
  static final String RESEND_UNKNOWN = "queue.resend.unknown";

  /**
   * Parses a connector's or a task's properties.
   *
   * @throws org.apache.kafka.common.config.ConfigException naming the key that is wrong
   */
  QueueSinkConfig(Map<String, String> props) {
    super(QueueSinkDefinition.definition(), OutputKeys.REQUESTS, props);
  }

  @Override
  public int maxInFlight() {
    return getInt(MAX_IN_FLIGHT);
  }

  /** Whether an input is submitted again where nobody knows whether fal has it. */
  boolean resendsUnknown() {
    return getBoolean(RESEND_UNKNOWN);
  }

  @Override
  HttpUrl url() {
    HttpUrl url = endpoint().at(fal().connection().queueUrl(), "");
    Password webhook = getPassword(WEBHOOK);
    return webhook == null
        ? url
        : url.newBuilder().addQueryParameter("fal_webhook", webhook.value()).build();
  }

  /** The options of a submission, under the names in fal's documentation of the queue. */
  @Override
  Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    put(headers, "Accept", "application/json");
    put(headers, "x-fal-queue-priority", getString(PRIORITY));
    put(headers, "x-fal-runner-hint", getString(HINT));
    put(headers, "x-fal-request-timeout", getInt(START_TIMEOUT));
    put(headers, "x-fal-no-retry", getBoolean(NO_RETRY) ? "1" : null);
    put(headers, "x-fal-object-lifecycle-preference", getString(LIFECYCLE));
    return headers;
  }

  private static void put(Map<String, String> headers, String name, Object value) {
    if (value != null) {
      headers.put(name, value.toString());
    }
  }

  @Override
  String[] contacted() {
    return new String[] {ConnectionConfig.QUEUE_URL};
  }
}
