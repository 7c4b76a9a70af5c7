/**
 * The demo: a real broker, a real Connect worker with the packaged archive and the sample
 * configuration, and requests to the simulator of fal or to fal itself. What is shown of them comes
 * out of Kafka.
 */
package io.falconnect.demo;
