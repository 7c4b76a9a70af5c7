/** Tests of what {@code config/monitoring} holds. */
package io.falconnect.monitoring;
