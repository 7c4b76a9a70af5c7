// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/** The settings of the demo, and the exception whose message a user of the demo sees. */
package io.falconnect.demo.settings;
