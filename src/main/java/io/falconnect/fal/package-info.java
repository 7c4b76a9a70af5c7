/**
 * Speaks fal and knows no Kafka: endpoint ids and URLs, credentials, the status stream, results,
 * realtime sessions, what a failure asks for, and how long to wait before the next attempt.
 *
 * <p>Nothing here retries by itself. A stream or a fetch is opened once, says how it ended and is
 * done; the caller decides what follows.
 */
package io.falconnect.fal;
