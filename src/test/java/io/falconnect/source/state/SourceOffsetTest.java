// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.fal.EndpointId;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.fal.queue.StatusUpdate;
import io.falconnect.source.watch.WatchTrial;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcollections.TreePMap;

class SourceOffsetTest {
  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};
  private static final ObjectMapper INTS = new ObjectMapper();
  private static final ObjectMapper LONGS =
      new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);

  @Property
  void whatIsRenderedIsReadAgain(@ForAll("open") List<WatchState> watches) throws Exception {
    SourceOffset offset = WatchTrial.offset(watches);
    assertThat(SourceOffset.parse(offset)).isEqualTo(offset);
    for (ObjectMapper mapper : List.of(INTS, LONGS)) {
      Map<String, Object> stored = mapper.readValue(mapper.writeValueAsBytes(offset), MAP);
      SourceOffset read = SourceOffset.parse(stored);
      assertThat(read.next()).isEqualTo(offset.next());
      assertThat(read.floor()).isEqualTo(offset.floor());
      assertThat(read.open()).isEqualTo(offset.open());
      assertThat(stored.values())
          .allMatch(value -> value instanceof String || value instanceof Number);
    }
  }

  @Property
  void whateverFalTellsIsReadAgain(
      @ForAll @StringLength(min = 1, max = 256) String status, @ForAll long position)
      throws Exception {
    String told = INTS.writeValueAsString(Map.of("status", status, "queue_position", position));
    WatchState watch =
        WatchState.initial(WatchTrial.request("a/b", "r"), 7, false)
            .onUpdate(StatusUpdate.parse(told), null, List.of(), null, 0)
            .orElseThrow()
            .after();
    SourceOffset offset = LedgerTrial.offset(8, 8, TreePMap.singleton(watch.identity(), watch));
    byte[] stored = INTS.writeValueAsBytes(offset);
    assertThat(SourceOffset.parse(INTS.readValue(stored, MAP)).open().values())
        .containsExactly(watch);
  }

  @Property
  void anyTextIsReadOrRefused(@ForAll String text) {
    for (String open :
        List.of(
            text,
            "{\"a/b\":{\"r\":[0,0," + text + "]}}",
            "{\"a/b\":{\"r\":[0,0,\"S\",\"" + text + "\"]}}",
            "{\"a/b\":{\"" + text + "\":[0,0]}}",
            "{\"" + text + "\":{\"r\":[0,0]}}")) {
      try {
        assertThat(OpenWatchReader.parse(open).watches()).hasSizeLessThanOrEqualTo(1);
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[]",
        "null",
        "7",
        "{} x",
        "{\"a/b\":[]}",
        "{\"a/b\":null}",
        "{\"a\":{}}",
        "{\"a/b\":{\"r r\":[0,0]}}",
        "{\"a/b\":{\"r\":{}}}",
        "{\"a/b\":{\"r\":null}}",
        "{\"a/b\":{\"r\":[]}}",
        "{\"a/b\":{\"r\":[0]}}",
        "{\"a/b\":{\"r\":[-1,0]}}",
        "{\"a/b\":{\"r\":[0,-1]}}",
        "{\"a/b\":{\"r\":[0.5,0]}}",
        "{\"a/b\":{\"r\":[\"0\",0]}}",
        "{\"a/b\":{\"r\":[0,99999999999999999999]}}",
        "{\"a/b\":{\"r\":[0,0,7]}}",
        "{\"a/b\":{\"r\":[0,0,-1]}}",
        "{\"a/b\":{\"r\":[0,0,0.5]}}",
        "{\"repeats\":{\"a/b\":{\"r\":-1}}}",
        "{\"repeats\":{\"a/b\":{\"r\":\"1\"}}}",
        "{\"repeats\":[]}",
        "{\"a/b\":{\"r\":[0,0,\"S\",null,\"1\"]}}",
        "{\"a/b\":{\"r\":[0,0,\"S\",null,1.5]}}",
        "{\"a/b\":{\"r\":[0,0,\"S\",null,99999999999999999999]}}",
        "{\"a/b\":{\"r\":[0,0,\"S\",7]}}",
        "{\"a/b\":{\"r\":[0,0,\"S\",\"x\"]}}",
        "{\"a/b\":{\"r\":[0,0,\"S\",\"x..\"]}}",
        "{\"a/b\":{\"r\":[0,0,\"S\",\"1.*.*\"]}}",
        "{\"a/b\":{\"r\":[0,0,\"S\",null,1,null,\"WON\"]}}",
        "{\"a/b\":{\"r\":[0,0,\"S\",null,1,null,7]}}",
        "{\"a/b\":{\"r\":[0,0]},\"a/b/c\":{\"r\":[1,0]}}"
      })
  void malformedOpenWatchesAreRefusedWithAReason(String open) {
    refused(stored(2, 5, open), "");
    try {
      OpenWatchReader.parse(open);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).containsAnyOf("'open'", "endpoint id", "request id", "log cursor");
    }
  }

  @Test
  void urlsAndTheTimestampOfTheControlRecordAreKept() {
    HttpUrl base = HttpUrl.get("https://queue.fal.run");
    QueueRequest request = new QueueRequest(EndpointId.parse("a/b"), "r");
    QueueRequest other = request.withUrls(base, base + "x/r/status", base + "x/r", null);
    for (WatchState watch :
        List.of(
            WatchState.initial(request, 4, false).withAskedAt(1_764_300_000_000L),
            WatchState.initial(other, 4, false),
            WatchState.initial(other, 4, true).withAskedAt(1))) {
      SourceOffset offset = WatchTrial.offset(List.of(watch));
      SourceOffset read = SourceOffset.parse(new HashMap<>(offset));
      assertThat(read.open()).isEqualTo(offset.open());
    }
  }

  @Test
  void malformedOffsetsAreRefusedWithAReason() {
    refused(Map.of(), "'version'");
    refused(stored(null, 5, "{}"), "'version'");
    refused(stored("1", 5, "{}"), "'version'");
    refused(stored(1.0, 5, "{}"), "'version'");
    refused(stored(1, 5, "{}"), "format version 1");
    refused(stored(3, 5, "{}"), "version 3");
    refused(stored(0, 5, "{}"), "version 0");
    refused(stored(2, null, "{}"), "'next'");
    refused(stored(2, -1, "{}"), "'next'");
    refused(stored(2, "5", "{}"), "'next'");
    refused(stored(2, 5, null), "'open'");
    refused(stored(2, 5, Map.of()), "'open'");
    for (String key : List.of("topic", "partitions", "floor")) {
      Map<String, Object> less = stored(2, 5, "{}");
      less.remove(key);
      refused(less, "'" + key + "'");
      less.put(key, key.equals("topic") ? 1 : -1);
      refused(less, "'" + key + "'");
    }
    Map<String, Object> more = stored(2, 5, "{}");
    more.put("more", 1);
    refused(more, "keys other than");
  }

  @Test
  void integersMayBeOfAnyType() {
    for (Object two : List.of((byte) 2, (short) 2, 2, 2L)) {
      assertThat(SourceOffset.parse(stored(two, two, "{}")).next()).isEqualTo(2);
    }
  }

  @Test
  void trailingNullsMayBeThereOrNot() {
    SourceOffset offset = SourceOffset.parse(stored(2, 5, "{\"a/b\":{\"r\":[3,0,null,null]}}"));
    WatchState watch = WatchState.initial(WatchTrial.request("a/b", "r"), 3, false);
    assertThat(offset.open()).isEqualTo(TreePMap.singleton(watch.identity(), watch));
    assertThat(offset.get(SourceOffset.OPEN)).isEqualTo("{\"a/b\":{\"r\":[3,0]}}");
  }

  @Test
  void twoWatchesMayHaveTheSameControlOffset() {
    String open = "{\"a/b\":{\"r\":[3,0],\"s\":[3,0]},\"c/d\":{\"r\":[3,0]}}";
    SourceOffset offset = SourceOffset.parse(stored(2, 5, open));
    assertThat(offset.open().values()).extracting(WatchState::controlOffset).containsOnly(3L);
    assertThat(offset.open()).hasSize(3);
    assertThat(offset.get(SourceOffset.OPEN)).isEqualTo(open);
  }

  @Test
  void usualStatusesAreWrittenAsNumbersAndReadAsTextToo() {
    String open = "{\"a/b\":{\"r\":[3,1,\"IN_PROGRESS\"]}}";
    SourceOffset offset = SourceOffset.parse(stored(2, 5, open));
    assertThat(offset.open().values())
        .singleElement()
        .extracting(WatchState::status)
        .isEqualTo("IN_PROGRESS");
    assertThat(offset.get(SourceOffset.OPEN)).isEqualTo("{\"a/b\":{\"r\":[3,1,1]}}");
  }

  @Provide
  Arbitrary<List<WatchState>> open() {
    return WatchTrial.watches();
  }

  private static void refused(Map<String, Object> stored, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SourceOffset.parse(stored))
        .withMessageContaining(reason);
  }

  private static Map<String, Object> stored(Object version, Object next, Object open) {
    Map<String, Object> stored = new HashMap<>();
    stored.put("version", version);
    stored.put("topic", "t");
    stored.put("partitions", 4);
    stored.put("next", next);
    stored.put("floor", 0);
    stored.put("open", open);
    return stored;
  }
}
