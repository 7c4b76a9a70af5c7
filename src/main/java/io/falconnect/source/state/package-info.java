// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * What is stored in a source offset: ledgers of open watches and the state of each. No I/O, no
 * clock, no retry decisions, and no other room of the source.
 */
package io.falconnect.source.state;
