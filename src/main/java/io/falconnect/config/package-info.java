/**
 * Configuration that all connectors share: the keys that say where fal is and how to reach it,
 * their validators, and how they become {@link io.falconnect.fal.FalSettings}.
 */
package io.falconnect.config;
