/** Tests of {@code docker-compose.yml} and what belongs to it. */
package io.falconnect.docker;
