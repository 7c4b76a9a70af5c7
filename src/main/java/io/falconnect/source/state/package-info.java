// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * What is stored in a source offset: a ledger for each control partition, the state of each open
 * watch, and their stored form. Values and plain objects, owned by the task thread. No I/O, no
 * clock, no retry decisions and no other room of the source here.
 */
package io.falconnect.source.state;
