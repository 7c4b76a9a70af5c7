// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * What both sides share of Kafka Connect: the keys {@code fal.*} in sections and the helpers that
 * define and validate keys, the inbox between threads, metrics, converters, and warnings at a
 * limited rate. No thread lives here. Nothing here knows a connector.
 */
package io.falconnect.connect;
