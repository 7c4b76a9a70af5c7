// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import static io.falconnect.fal.realtime.RealtimeEncoding.JSON;
import static io.falconnect.fal.realtime.RealtimeEncoding.JSON_BINARY;
import static io.falconnect.fal.realtime.RealtimeEncoding.MSGPACK;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.fal.realtime.RealtimeFrames;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.Inputs;
import java.util.Optional;
import okio.ByteString;
import org.junit.jupiter.api.Test;

class SessionEncodingTest {
  private final SessionEncoding auto =
      new SessionEncoding(Optional.empty(), SessionEncodingTest::encode);

  @Test
  void eachRefusalLeadsToTheNextEncoding() {
    assertThat(auto.current()).isEqualTo(JSON);
    assertThat(auto.onRefused(JSON)).isTrue();
    assertThat(auto.current()).isEqualTo(MSGPACK);
    assertThat(auto.onRefused(JSON)).as("of another lane").isTrue();
    assertThat(auto.current()).isEqualTo(MSGPACK);
    auto.onRefused(MSGPACK);
    assertThat(auto.current()).isEqualTo(JSON_BINARY);
    auto.onRefused(JSON_BINARY);
    assertThat(auto.current()).isEqualTo(JSON);
  }

  @Test
  void whatTheAppAnswersToStays() {
    auto.onRefused(JSON);
    auto.onAnswer(JSON);
    assertThat(auto.current()).isEqualTo(JSON);
    assertThat(auto.onRefused(JSON)).isFalse();
    assertThat(auto.current()).isEqualTo(JSON);
  }

  @Test
  void anEncodingThatIsSetStays() {
    SessionEncoding set = new SessionEncoding(Optional.of(MSGPACK), SessionEncodingTest::encode);
    assertThat(set.onRefused(MSGPACK)).isFalse();
    assertThat(set.current()).isEqualTo(MSGPACK);
  }

  @Test
  void anInputIsEncodedAgainOnlyForSessionsThatNeedIt() {
    Input json = encoded(JSON);
    InFlightInput input = Inputs.inFlight(json);
    auto.adapt(input, JSON_BINARY);
    assertThat(input.payload()).isSameAs(json.payload());
    auto.adapt(input, MSGPACK);
    assertThat(input.payload()).isEqualTo(encode(json, MSGPACK));
    auto.adapt(input, JSON);
    assertThat(input.payload()).isEqualTo(json.payload());
  }

  private static Input encoded(RealtimeEncoding encoding) {
    Input like = Inputs.input(Inputs.assignment(0), 0, "a", 1);
    return new Input(like.record(), like.assignment(), 0, like.requestId(), encode(like, encoding));
  }

  private static ByteString encode(Input input, RealtimeEncoding encoding) {
    return RealtimeFrames.encode(
        JsonNodeFactory.instance.objectNode().put("request_id", input.requestId()), encoding);
  }
}
