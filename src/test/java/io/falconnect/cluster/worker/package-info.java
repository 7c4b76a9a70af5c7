// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/** Connect workers: their options, their configuration files, their processes and their metrics. */
package io.falconnect.cluster.worker;
