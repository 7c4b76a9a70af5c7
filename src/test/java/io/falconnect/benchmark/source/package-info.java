// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * Runs of status streams: their load, the connector that carries them, and the figures that are
 * read from the status topic. The meter reads the topic on the main thread.
 */
package io.falconnect.benchmark.source;
