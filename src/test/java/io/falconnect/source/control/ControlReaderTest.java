// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.falconnect.fal.EndpointId;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.fal.queue.RequestUrls;
import io.falconnect.source.Configs;
import io.falconnect.source.watch.WatchTrial;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import okhttp3.HttpUrl;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.connect.converters.ByteArrayConverter;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.StringConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlReaderTest {
  private static final String URL = "https://queue.fal.run/u/a/requests/r";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{'request_id':'r'} | d/d",
        "{'request_id':'r','endpoint_id':'e/e/x','model_id':'m/m','app_id':'a/a'} | e/e/x",
        "{'app_id':'a/a','model_id':'m/m','request_id':'r'} | m/m",
        "{'request_id':'r','app_id':'a/a','status_url':'U/status'} | a/a",
        "{'request_id':'r','endpoint_id':null,'status_url':'U/status'} | u/a",
        "{'request_id':'r','response_url':'U','status_url':null} | u/a",
        "{'request_id':'r','response_url':'https://queue.fal.run/v/a/requests/r','status_url':'U'} | u/a",
        "{'status':'IN_QUEUE','request_id':'r','response_url':'U','status_url':'U/status','cancel_url':'U/cancel','queue_position':0} | u/a",
        "{'request_id':'r','status_url':'https://queue.fal.run/u/a/x/y/requests/r/status'} | u/a",
        "{'request_id':'r','response_url':'https://queue.fal.run/comfy/u/a/x/requests/r'} | comfy/u/a",
        "{'request_id':'r','endpoint_id':'12345-my-app'} | 12345-my-app",
        "{'request_id':'r','endpoint_id':'e/e','novelty':{'a':[1]},'priority':7} | e/e",
        "{'request_id':'r','endpoint_id':'e/e','model_id':7,'app_id':''} | e/e",
        "{'request_id':'r','endpoint_id':'','model_id':' ','app_id':'a/a','status_url':''} | a/a",
        "{'request_id':'r','endpoint_id':'e/e','response_url':'https://queue.fal.run/else/where'} | e/e",
        "{'request_id':'r','endpoint_id':'e/e','status_url':'https://queue.fal.run/u/a/requests/s'} | e/e"
      })
  void anObjectNamesTheRequestAndTheFirstFieldItsEndpoint(String record, String endpoint) {
    String json = json(record);
    ControlCommand expected = watch(endpoint, "r", false);
    assertThat(withoutUrls(read(jsonConverter(), json))).isEqualTo(expected);
    assertThat(withoutUrls(read(new StringConverter(), " " + json))).isEqualTo(expected);
    assertThat(withoutUrls(read(new ByteArrayConverter(), json))).isEqualTo(expected);
    assertThat(withoutUrls(read(gives(ByteBuffer.wrap(bytes(json))), "x"))).isEqualTo(expected);
  }

  @Test
  void textOfARecordForgesNoLineOfALog() {
    String text =
        "{\"request_id\":\"a\\r\\n\\u001b[31mERROR \\u202eforged " + "x".repeat(2_000) + "\"}";
    ControlReader reader =
        new ControlReader(
            new StringConverter(),
            List.of(HttpUrl.get("https://queue.fal.run")),
            Optional.of(EndpointId.parse("a/b")),
            false);
    ControlCommand command =
        reader.read(
            new ConsumerRecord<>("control", 0, 0, null, text.getBytes(StandardCharsets.UTF_8)));
    assertThat(((ControlCommand.Unusable) command).reason())
        .contains("ERROR")
        .hasSizeLessThan(600)
        .doesNotContainPattern("[\\p{Cntrl}\\u202e]");
  }

  @Test
  void aValueOnWhichTheConverterOverflowsIsUnusable() {
    Converter recursive =
        new StringConverter() {
          @Override
          public SchemaAndValue toConnectData(String topic, byte[] value) {
            return toConnectData(topic, value);
          }
        };
    ControlReader reader =
        new ControlReader(
            recursive, List.of(HttpUrl.get("https://queue.fal.run")), Optional.empty(), false);
    assertThat(reader.read(new ConsumerRecord<>("control", 0, 0, null, new byte[] {'x'})))
        .isEqualTo(new ControlCommand.Unusable("it is nested too deeply"));
  }

  @Test
  void aStructIsReadAsAnObject() {
    Schema schema =
        SchemaBuilder.struct()
            .field("request_id", Schema.STRING_SCHEMA)
            .field("model_id", Schema.OPTIONAL_STRING_SCHEMA)
            .field("logs", Schema.OPTIONAL_BOOLEAN_SCHEMA)
            .build();
    Struct struct = new Struct(schema).put("request_id", "r");
    assertThat(read(gives(struct), "x")).isEqualTo(watch("d/d", "r", false));
    struct.put("model_id", "m/m").put("logs", true);
    assertThat(read(gives(struct), "x")).isEqualTo(watch("m/m", "r", true));
    Schema other = SchemaBuilder.struct().field("id", Schema.STRING_SCHEMA).build();
    assertThat(read(gives(new Struct(other).put("id", "r")), "x"))
        .isEqualTo(new ControlCommand.Unusable("it has no request_id"));
  }

  @Test
  void aBareTextIsARequestId() {
    assertThat(read(jsonConverter(), "\"r-1\"")).isEqualTo(watch("d/d", "r-1", false));
    assertThat(read(new StringConverter(), " r-1\n")).isEqualTo(watch("d/d", "r-1", false));
    assertThat(read(new ByteArrayConverter(), "r-1")).isEqualTo(watch("d/d", "r-1", false));
    assertThat(reason(reader(new StringConverter(), null), "r")).contains("fal.endpoint.id");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{'request_id':'r','logs':true} | true",
        "{'request_id':'r','logs':false} | false",
        "{'request_id':'r','logs':null} | true",
        "{'request_id':'r','logs':'no'} | true",
        "{'request_id':'r','logs':'False'} | false",
        "{'request_id':'r'} | true",
        "'r' | true"
      })
  void logsAreWhatTheRecordSaysElseTheDefault(String record, boolean logs) {
    ControlReader reader =
        new ControlReader(
            jsonConverter(),
            List.of(HttpUrl.get("https://queue.fal.run")),
            Optional.of(WatchTrial.request("d/d", "r").endpoint()),
            true);
    assertThat(reader.read(record(bytes(json(record))))).isEqualTo(watch("d/d", "r", logs));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{} | no request_id",
        "{'request_id':null} | no request_id",
        "{'id':'r'} | no request_id",
        "{'request_id':7} | request_id is not a text",
        "{'request_id':''} | no request_id",
        "{'request_id':['r']} | request_id is not a text",
        "{'request_id':'a b'} | request id 'a b'",
        "{'request_id':'../x'} | request id '../x'",
        "{'request_id':'r','endpoint_id':7} | endpoint_id is not a text",
        "{'request_id':'r','endpoint_id':'app'} | endpoint id 'app'",
        "{'request_id':'r','model_id':'../x'} | endpoint id '../x'",
        "{'request_id':'r','endpoint_id':'e/e','status_url':7} | status_url",
        "{'request_id':'r','endpoint_id':'e/e','status_url':'nonsense'} | status_url",
        "{'request_id':'r','endpoint_id':'e/e','status_url':'https://evil.example/u/a/requests/r'} | evil.example",
        "{'request_id':'r','endpoint_id':'e/e','response_url':'https://evil.example/u/a/requests/r'} | response_url",
        "{'request_id':'r','endpoint_id':'e/e','cancel_url':'http://queue.fal.run/u/a/requests/r'} | cancel_url",
        "{'request_id':'r','status_url':'U','response_url':'https://fal.run/u/a/requests/r'} | response_url",
        "{'request_id':'s','status_url':'U'} | of request r",
        "{'request_id':'r','status_url':'https://queue.fal.run/u/a'} | {owner}/{app}/requests",
        "7 | neither an object nor a request id but Long",
        "true | neither",
        "['r'] | neither",
        "'' | request id ''",
        "'a/b' | request id 'a/b'",
        "{'request_id':'r' | converter cannot read it",
        "r | converter cannot read it"
      })
  void anythingElseIsUnusableForAReason(String record, String reason) {
    assertThat(reason(reader(jsonConverter(), "d/d"), json(record))).contains(reason);
  }

  @Test
  void textThatIsNoJsonIsUnusable() {
    for (Converter converter : new Converter[] {new StringConverter(), new ByteArrayConverter()}) {
      for (String text : new String[] {"{", "{}{}", "{\"request_id\":\"r\"} x", "[1]", ""}) {
        assertThat(reason(reader(converter, "d/d"), text)).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"r", "\"r\"", " r\n", " \"r\" "})
  void aNullValueEndsTheWatchesOfTheKey(String key) {
    ControlReader reader = reader(jsonConverter(), null);
    assertThat(reader.read(record(bytes(key), null))).isEqualTo(new ControlCommand.End("r"));
    assertThat(reader.read(record(bytes(key), bytes("null"))))
        .isEqualTo(new ControlCommand.End("r"));
  }

  @Test
  void aNullValueWithoutAKeyIsUnusable() {
    assertThat(reader(jsonConverter(), "d/d").read(record(null, null)))
        .isInstanceOf(ControlCommand.Unusable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"", "", "../x", "{\"payload\":\"r\"}", "\u0000\u0000\u0000\u0000\u0001r"})
  void aKeyThatIsNoRequestIdIsUnusable(String key) {
    ControlCommand command = reader(jsonConverter(), "d/d").read(record(bytes(key), null));
    assertThat(((ControlCommand.Unusable) command).reason()).contains("request id '");
  }

  @Test
  void aConverterThatCannotTellForNowIsAskedAgain() {
    for (RuntimeException away :
        List.of(
            new RetriableException("no registry"),
            new NetworkException("no registry"),
            new DataException("x", new SerializationException(new ConnectException("refused"))))) {
      ControlReader reader = reader(fails(away), "d/d");
      assertThatExceptionOfType(RetriableException.class)
          .isThrownBy(() -> reader.read(record(bytes("x"))));
    }
    assertThat(reason(reader(fails(new NullPointerException()), "d/d"), "x"))
        .contains("control.value.converter cannot read it");
  }

  @Property
  void noRecordMakesItThrow(@ForAll byte[] value, @ForAll String text) {
    for (Converter converter :
        new Converter[] {jsonConverter(), new StringConverter(), new ByteArrayConverter()}) {
      ControlReader reader = reader(converter, "d/d");
      assertThat(reader.read(record(value))).isNotNull();
      assertThat(reader.read(record(bytes(text)))).isNotNull();
      assertThat(reader.read(record(value, null))).isNotNull();
      String json = "{\"request_id\":\"r\",\"status_url\":\"https://queue.fal.run" + text + "\"}";
      if (reader.read(record(bytes(json))) instanceof ControlCommand.Unusable unusable) {
        assertThat(unusable.reason()).isNotBlank();
      }
    }
  }

  @Test
  void aReasonIsShort() {
    String huge = "x".repeat(1_000_000);
    for (String record :
        new String[] {
          "{'request_id':'H'}",
          "{'request_id':'r','endpoint_id':'H'}",
          "{'request_id':'r','status_url':'H'}",
          "{'request_id':'r','status_url':'https://H/u/a/requests/r'}",
          "{'request_id':'r','status_url':'https://queue.fal.run/H'}",
          "'H'",
          "H"
        }) {
      String text = json(record).replace("H", huge);
      assertThat(reason(reader(jsonConverter(), "d/d"), text)).hasSizeLessThan(1_000);
    }
  }

  @Test
  void aReasonIsOnOneLine() {
    String forged = "x\\r\\n[2026-11-28] ERROR \\u001b[31mforged\\u2028line";
    for (String record :
        new String[] {
          "{'request_id':'H'}",
          "{'request_id':'r','endpoint_id':'H'}",
          "{'request_id':'r','status_url':'H'}",
          "'H'"
        }) {
      assertThat(reason(reader(jsonConverter(), "d/d"), json(record).replace("H", forged)))
          .contains("x [2026-11-28] ERROR [31mforged line");
    }
    RuntimeException failure = new DataException("a\u009bb\u007f" + "c".repeat(10_000));
    assertThat(reason(reader(fails(failure), "d/d"), "x"))
        .startsWith("control.value.converter cannot read it: a b c")
        .hasSizeLessThan(600);
  }

  private static ControlCommand read(Converter converter, String value) {
    return reader(converter, "d/d").read(record(bytes(value)));
  }

  @Test
  void aUrlOfASpareHostIsOneOfFal() {
    String value =
        "{'request_id':'r','status_url':'https://spare.example.com/q/o/a/requests/r/status'}";
    assertThat(reader(jsonConverter(), null).read(record(bytes(json(value)))))
        .isEqualTo(watch("o/a", "r", false));
    assertThat(reason(reader(jsonConverter(), null), json(value.replace("spare", "other"))))
        .contains("is not at fal.queue.url");
  }

  private static String reason(ControlReader reader, String value) {
    return ((ControlCommand.Unusable) reader.read(record(bytes(value)))).reason();
  }

  private static ControlReader reader(Converter converter, String endpoint) {
    return new ControlReader(
        converter,
        List.of(HttpUrl.get("https://queue.fal.run"), HttpUrl.get("https://spare.example.com/q")),
        Optional.ofNullable(endpoint).map(id -> WatchTrial.request(id, "r").endpoint()),
        false);
  }

  private static ControlCommand watch(String endpoint, String id, boolean logs) {
    return new ControlCommand.Watch(WatchTrial.request(endpoint, id), logs);
  }

  private static ControlCommand withoutUrls(ControlCommand command) {
    ControlCommand.Watch watch = (ControlCommand.Watch) command;
    QueueRequest request = watch.request();
    return new ControlCommand.Watch(
        new QueueRequest(request.endpoint(), request.requestId()), watch.logs());
  }

  @Test
  void theUrlsOfTheSubmissionAreKeptWhereTheIdDoesNotGiveThem() {
    String urls =
        "{'request_id':'r','endpoint_id':'a/a','status_url':'https://queue.fal.run/x/r/status',"
            + "'response_url':'https://queue.fal.run/a/a/requests/r','cancel_url':null}";
    ControlCommand.Watch watch = (ControlCommand.Watch) read(jsonConverter(), json(urls));
    assertThat(watch.request().urls())
        .isEqualTo(new RequestUrls("https://queue.fal.run/x/r/status", null, null));
  }

  private static String json(String text) {
    return text.replace('\'', '"').replace("U", URL);
  }

  private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
    return record(null, value);
  }

  private static ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value) {
    return new ConsumerRecord<>("control", 0, 7, key, value);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Converter jsonConverter() {
    return Configs.config().control().createConverter();
  }

  private static Converter gives(Object value) {
    return new Given(value, null);
  }

  private static Converter fails(RuntimeException failure) {
    return new Given(null, failure);
  }

  /** A converter that gives the same whatever it reads. */
  private record Given(Object value, RuntimeException failure) implements Converter {
    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {}

    @Override
    public byte[] fromConnectData(String topic, Schema schema, Object value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte[] bytes) {
      if (failure != null) {
        throw failure;
      }
      return new SchemaAndValue(null, value);
    }
  }
}
