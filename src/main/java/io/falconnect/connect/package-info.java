// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * What both sides share of Kafka Connect: configuration and its validation, the inbox between
 * threads, metrics, converters, and warnings at a bounded rate. Nothing here knows a connector.
 */
package io.falconnect.connect;
