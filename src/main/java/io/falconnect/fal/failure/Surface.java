// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

/** What is called at fal. The same answer means different things on different surfaces. */
enum Surface {
  /** The URL of one request, read with GET: 404 means that fal does not know the request. */
  REQUEST,
  /** The URL of an endpoint, to which an input is posted: fal may take it and still fail. */
  INPUT,
  /** A realtime session, and a token for it. While the session is opened, no input is sent. */
  SESSION
}
