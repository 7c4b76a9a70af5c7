// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * The watches at work: their streams, attempts and result fetches. {@link
 * io.falconnect.source.watch.WatchSupervisor} is the entrance. {@link
 * io.falconnect.source.watch.OutcomePolicy} decides when a watch is over, and {@link
 * io.falconnect.source.watch.WatchPolicy} what follows the end of an attempt. Everything here runs
 * on the task thread and never waits; the signals of other threads come through the inbox. No HTTP
 * and no control records here.
 */
package io.falconnect.source.watch;
