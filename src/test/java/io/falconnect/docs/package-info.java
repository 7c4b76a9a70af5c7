// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * The pages of {@code docs/} and the samples of {@code config/} compared with the code:
 * configuration keys, metrics, messages, links and examples.
 */
package io.falconnect.docs;
