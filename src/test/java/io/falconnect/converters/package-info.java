// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * Converters with schemas between the connectors and Kafka: records of every kind, and schemas that
 * change.
 */
package io.falconnect.converters;
