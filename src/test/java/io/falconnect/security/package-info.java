// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * Least rights, TLS and secrets: which ACLs the connectors need, and that no secret appears in
 * logs, answers, records or JMX.
 */
package io.falconnect.security;
