// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReasonTextTest {
  private static final String KEY = "not-a-real-key";

  private final FailureClassifier failures =
      FailureClassifier.forRequest(text -> text.replace(KEY, "[hidden]"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          503 | runner_lost | {"detail":"gone"}                     | HTTP 503 (runner_lost): gone
          503 | runner_lost | {"detail":"gone","error_type":"x"}    | HTTP 503 (runner_lost): gone
          503 |             | {"detail":"gone","error_type":"x"}    | HTTP 503 (x): gone
          503 |             | {"detail":"gone","error_type":[7]}    | HTTP 503: gone
          422 |             | {"detail":[{"msg":"field required"}]} | HTTP 422: [{"msg":"field required"}]
          500 |             | {"detail":null,"x":1}                 | HTTP 500: {"detail":null,"x":1}
          404 |             | {"detail":"Request not found"}        | HTTP 404: Request not found
          """)
  void theReasonIsWhatFalSays(int status, String type, String body, String reason) {
    Map<String, String> headers = type == null ? Map.of() : Map.of("X-Fal-Error-Type", type);
    assertThat(reason(status, headers, body)).isEqualTo(reason);
  }

  @Test
  void theReasonIsOnOneLine() {
    assertThat(reason(500, Map.of(), "<html>\r\n\tbad</html>"))
        .isEqualTo("HTTP 500: <html> bad</html>");
  }

  @Test
  void theReasonIsBounded() {
    Map<String, String> type = Map.of("X-Fal-Error-Type", "t".repeat(4_000));
    assertThat(reason(500, type, "x".repeat(1_000_000))).hasSizeLessThan(1_100);
    assertThat(reason(500, Map.of(), "[".repeat(1_000_000))).hasSizeLessThan(600);
    assertThat(failures.judgeException(new Exception("x".repeat(10_000))).reason())
        .hasSizeLessThan(600);
  }

  @Test
  void theReasonNeverShowsTheKeyNorTheFirstPartOfIt() {
    for (int before = 480; before <= 505; before++) {
      String echo = "x".repeat(before) + KEY;
      for (String text : new String[] {echo, "{\"detail\":\"" + echo + "\"}"}) {
        assertThat(reason(500, Map.of("X-Fal-Error-Type", echo), text)).doesNotContain("not-a");
      }
    }
    assertThat(failures.judgeException(new Exception("sent " + KEY)).reason()).doesNotContain(KEY);
  }

  private String reason(int status, Map<String, String> headers, String body) {
    return failures.judgeAnswer(new Answer(status, headers, body).response()).reason();
  }
}
