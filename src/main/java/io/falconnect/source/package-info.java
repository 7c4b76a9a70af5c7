// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * The status source as Connect loads it: the connector, its task and its configuration. The task
 * thread owns all state. It reads control records and the streams' signals, advances the ledgers in
 * the order in which it emits records, and gives every record the exact state after it as its
 * source offset.
 */
package io.falconnect.source;
