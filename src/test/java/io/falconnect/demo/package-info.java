/**
 * The demo: a real broker, a real Connect worker with the packaged archive and the sample
 * configurations, and prompts for the simulator of fal or for fal itself. What is shown of them
 * comes out of Kafka.
 */
package io.falconnect.demo;
