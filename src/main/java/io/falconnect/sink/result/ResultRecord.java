// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One thing to publish for an input: an output, or why there is none.
 *
 * @param frame its number among those of the input, from 0
 * @param last whether it is the input's last
 * @param output null for an error
 * @param error fal's word for what went wrong, or the connector's; null where nothing did
 * @param reason what went wrong in words; null where nothing did
 * @param receivedAt when the connector read it: epoch milliseconds
 */
record ResultRecord(
    int frame, boolean last, JsonNode output, String error, String reason, long receivedAt) {}
