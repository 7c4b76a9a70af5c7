// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.http;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Bodies of 422 answers. */
public final class ValidationErrors {
  private ValidationErrors() {}

  public static ObjectNode bodyIsNoObject() {
    ObjectNode body = Json.object();
    body.putArray("detail")
        .addObject()
        .put("msg", "value is not a valid dict")
        .put("type", "type_error.dict")
        .putArray("loc")
        .add("body");
    return body;
  }
}
