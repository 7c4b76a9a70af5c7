// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.source.watch.WatchTrial;
import org.junit.jupiter.api.Test;

class RequestIdentityTest {
  @Test
  void identityIsTheAppAndTheRequestId() {
    RequestIdentity whole = identity("a/b/c", "r");
    assertThat(whole).isEqualTo(identity("a/b", "r")).isEqualByComparingTo(identity("a/b", "r"));
    assertThat(whole).isNotEqualTo(identity("a/c", "r"));
    assertThat(whole).isNotEqualTo(identity("a/b", "s"));
  }

  @Test
  void theIdentitiesOfOneRequestIdAreNeighbours() {
    assertThat(identity("z/z", "r")).isLessThan(identity("a/a", "s"));
    assertThat(identity("a/a", "r")).isLessThan(identity("a/b", "r"));
  }

  private static RequestIdentity identity(String endpoint, String requestId) {
    return RequestIdentity.of(WatchTrial.request(endpoint, requestId));
  }
}
