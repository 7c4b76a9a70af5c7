// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
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
import org.apache.kafka.connect.errors.ConnectException;
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
    SourceOffset offset = new SourceOffset(8, TreePMap.singleton(watch.identity(), watch));
    byte[] stored = INTS.writeValueAsBytes(offset);
    assertThat(SourceOffset.parse(INTS.readValue(stored, MAP)).open().values())
        .containsExactly(watch);
  }

  @Property
  void theSizeIsNotUnderestimated(@ForAll("open") List<WatchState> watches) throws Exception {
    PartitionLedger ledger = PartitionLedger.restored("t", 0, WatchTrial.offset(watches));
    String open = (String) ledger.snapshot().get(SourceOffset.OPEN);
    assertThat((long) INTS.writeValueAsBytes(open).length).isLessThanOrEqualTo(ledger.bytes() + 4);
  }

  @Property
  void anyTextIsReadOrRefused(@ForAll String text) {
    for (String open :
        List.of(
            text,
            "{\"a/b\":{\"r\":[0,0," + text + "]}}",
            "{\"a/b\":{\"r\":[0,0,\"S\",1,\"" + text + "\"]}}",
            "{\"a/b\":{\"" + text + "\":[0,0]}}",
            "{\"" + text + "\":{\"r\":[0,0]}}")) {
      try {
        assertThat(OpenWatchReader.parse(open)).hasSizeLessThanOrEqualTo(1);
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
        "{\"a/b\":{\"r\":[0,0,\"S\",\"1\"]}}",
        "{\"a/b\":{\"r\":[0,0,\"S\",1.5]}}",
        "{\"a/b\":{\"r\":[0,0,\"S\",99999999999999999999]}}",
        "{\"a/b\":{\"r\":[0,0,\"S\",1,7]}}",
        "{\"a/b\":{\"r\":[0,0,\"S\",1,\"x\"]}}",
        "{\"a/b\":{\"r\":[0,0,\"S\",1,\"x..\"]}}",
        "{\"a/b\":{\"r\":[0,0,\"S\",1,\"1.*.*\"]}}",
        "{\"a/b\":{\"r\":[0,0,\"S\",1,null,\"WON\"]}}",
        "{\"a/b\":{\"r\":[0,0,\"S\",1,null,7]}}",
        "{\"a/b\":{\"r\":[0,0]},\"a/b/c\":{\"r\":[1,0]}}"
      })
  void malformedOpenWatchesAreRefusedWithAReason(String open) {
    refused(stored(1, 5, open), "");
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
    refused(stored(2, 5, "{}"), "version 2");
    refused(stored(0, 5, "{}"), "version 0");
    refused(stored(1, null, "{}"), "'next'");
    refused(stored(1, -1, "{}"), "'next'");
    refused(stored(1, "5", "{}"), "'next'");
    refused(stored(1, 5, null), "'open'");
    refused(stored(1, 5, Map.of()), "'open'");
    Map<String, Object> more = stored(1, 5, "{}");
    more.put("more", 1);
    refused(more, "keys other than");
  }

  @Test
  void integersMayBeOfAnyType() {
    for (Object one : List.of((byte) 1, (short) 1, 1, 1L)) {
      assertThat(SourceOffset.parse(stored(one, one, "{}")).next()).isEqualTo(1);
    }
  }

  @Test
  void trailingNullsMayBeThereOrNot() {
    SourceOffset offset = SourceOffset.parse(stored(1, 5, "{\"a/b\":{\"r\":[3,0,null,null]}}"));
    WatchState watch = WatchState.initial(WatchTrial.request("a/b", "r"), 3, false);
    assertThat(offset.open()).isEqualTo(TreePMap.singleton(watch.identity(), watch));
    assertThat(offset.get(SourceOffset.OPEN)).isEqualTo("{\"a/b\":{\"r\":[3,0]}}");
  }

  @Test
  void twoWatchesMayHaveTheSameControlOffset() {
    String open = "{\"a/b\":{\"r\":[3,0],\"s\":[3,0]},\"c/d\":{\"r\":[3,0]}}";
    SourceOffset offset = SourceOffset.parse(stored(1, 5, open));
    assertThat(offset.open().values()).extracting(WatchState::controlOffset).containsOnly(3L);
    assertThat(offset.open()).hasSize(3);
    assertThat(offset.get(SourceOffset.OPEN)).isEqualTo(open);
  }

  @Test
  void alterationsAreChecked() {
    Map<String, Object> partition = new HashMap<>(Map.of("topic", "t", "partition", 0L));
    OffsetAlteration.check("t", Map.of(partition, stored(1, 5, "{}")));
    OffsetAlteration.check("t", Map.of(Map.of("topic", "t", "partition", 0), stored(1L, 5L, "{}")));
    Map<Map<String, ?>, Map<String, ?>> reset = new HashMap<>();
    reset.put(Map.of("anything", 1), null);
    reset.put(null, null);
    OffsetAlteration.check("t", reset);
    for (Map<String, Object> odd :
        List.<Map<String, Object>>of(
            Map.of(),
            Map.of("topic", "t"),
            Map.of("topic", "t", "partition", 0, "more", 1),
            Map.of("topic", 1, "partition", 0),
            Map.of("topic", "t", "partition", "0"),
            Map.of("topic", "t", "partition", 0.0),
            Map.of("topic", "t", "partition", -1))) {
      assertThatExceptionOfType(ConnectException.class)
          .isThrownBy(() -> OffsetAlteration.check("t", Map.of(odd, stored(1, 5, "{}"))))
          .withMessageContaining(odd.toString());
    }
    assertThatExceptionOfType(ConnectException.class)
        .isThrownBy(() -> OffsetAlteration.check("t", Map.of(partition, stored(1, 5, "x"))))
        .withMessageContaining("topic=t")
        .withMessageContaining("'open' is not JSON");
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
    stored.put("next", next);
    stored.put("open", open);
    return stored;
  }
}
