/**
 * The status source: watches of fal requests, asked for in a control topic, told in a status topic.
 *
 * <p>The task thread owns all state. It reads control records and signals from the streams'
 * threads, advances the ledgers in the order in which it emits records, and gives every record the
 * exact state after it as its source offset.
 */
package io.falconnect.source;
