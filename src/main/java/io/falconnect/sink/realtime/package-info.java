// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * Carries inputs over realtime sessions: which session, when the next one is opened, which input an
 * output answers, when an input is finished, and what follows from a failure. All of it lives on
 * the delivery thread. Nothing here reads a socket, decodes a frame or knows a record's format.
 */
package io.falconnect.sink.realtime;
