/** The archive as others will use it: what is in it, and the releases of Kafka that it runs on. */
package io.falconnect.compatibility;
