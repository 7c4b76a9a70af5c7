// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import java.util.List;
import okhttp3.HttpUrl;

/**
 * Which of fal's hosts a request is for. As a tag of the request it says where the spare hosts are.
 */
public enum FalHost {
  /** The queue. */
  QUEUE,
  /** Synchronous, streaming and realtime endpoints. */
  RUN,
  /** The REST API. */
  REST;

  /** The base URLs of this host and of its spare ones. */
  List<HttpUrl> urls(FalSettings settings) {
    return switch (this) {
      case QUEUE -> settings.queueUrls();
      case RUN -> settings.runUrls();
      case REST -> settings.restUrls();
    };
  }
}
