// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.fal.failure.FalFailure.Whose;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AccountAccessTest {
  private static final String LOCKED = "HTTP 403: User is locked. Reason: Exhausted balance.";
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private long now = Duration.ofHours(1).toNanos();
  private final Told told = new Told();
  private AccountAccess<String> access = newAccess(true, Optional.of(TIMEOUT));

  private AccountAccess<String> newAccess(boolean tolerant, Optional<Duration> timeout) {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
    return new AccountAccess<>(tolerant, backoff, timeout, () -> now);
  }

  /** What was decided, in order. */
  private static final class Told implements AccountRulings<String> {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void onOwnRefusal(String request, FalFailure failure) {
      lines.add("own " + request);
    }

    @Override
    public void onReleased(String request) {
      lines.add("released " + request);
    }

    @Override
    public void onAccountRefused(FalFailure failure) {
      lines.add("refused");
    }

    @Override
    public void onAccountAccepted() {
      lines.add("accepted");
    }

    @Override
    public void onTaskRefused(String reason) {
      lines.add("failed: " + reason);
    }

    private List<String> take() {
      List<String> all = List.copyOf(lines);
      lines.clear();
      return all;
    }
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private static FalFailure locked(Duration retryAfter) {
    return new FalFailure(Whose.ACCOUNT, Cause.DENIED, LOCKED, 403, null, retryAfter);
  }

  private void start(String... requests) {
    pass(Duration.ofMillis(1));
    for (String request : requests) {
      access.onStart(request);
    }
    pass(Duration.ofMillis(1));
  }

  private void refuse(String... requests) {
    for (String request : requests) {
      access.onRefused(request, locked(null));
    }
  }

  private void accept(String request) {
    start(request);
    access.onAccepted(request);
  }

  private List<String> settle(boolean canTryOther) {
    access.settle(canTryOther, told);
    return told.take();
  }

  @Test
  void withoutAnotherRequestTheFirstRefusalIsTheAccounts() {
    start("a");
    refuse("a");
    assertThat(settle(false)).containsExactly("refused");
    assertThat(access.isOpen()).isFalse();
  }

  @Test
  void withoutToleranceTheTaskFailsAtOnceWithTheWordsOfFal() {
    access = newAccess(false, Optional.of(TIMEOUT));
    start("a");
    refuse("a");
    assertThat(settle(false)).containsExactly("failed: fal refused a: " + LOCKED);
    assertThat(access.mayStart()).isFalse();
    assertThat(settle(false)).isEmpty();
  }

  @Test
  void ifAnotherIsTakenTheRefusalIsTheRequestsOwn() {
    start("a");
    refuse("a");
    assertThat(settle(true)).isEmpty();
    assertThat(access.mayStart()).isTrue();
    start("b");
    assertThat(access.mayStart()).isFalse();
    access.onAccepted("b");
    assertThat(settle(true)).containsExactly("released a");
    assertThat(access.isOpen()).isTrue();
    start("a");
    refuse("a");
    assertThat(settle(true)).containsExactly("own a");
    assertThat(access.isOpen()).isTrue();
  }

  @Test
  void aRequestThatIsTakenAfterAllWasRefusedWithTheAccount() {
    start("a");
    refuse("a");
    accept("b");
    assertThat(settle(true)).containsExactly("released a");
    accept("a");
    start("a");
    refuse("a");
    assertThat(settle(true)).as("in doubt again").isEmpty();
    assertThat(access.isOpen()).isFalse();
  }

  @Test
  void whatFalTookWithinTheLastMinuteDecidesIfNoOtherCanBeTried() {
    accept("b");
    pass(Duration.ofSeconds(59));
    start("a");
    refuse("a");
    assertThat(settle(false)).containsExactly("own a");
  }

  @Test
  void whatFalTookLongerAgoDecidesNothing() {
    accept("b");
    pass(Duration.ofSeconds(60));
    start("a");
    refuse("a");
    assertThat(settle(false)).containsExactly("refused");
  }

  @Test
  void aStreamThatGoesOnShowsThatFalTakesRequests() {
    accept("b");
    long openedAt = now;
    pass(Duration.ofHours(1));
    access.onAccepted("b", openedAt);
    start("a");
    refuse("a");
    assertThat(settle(false)).containsExactly("own a");
  }

  @Test
  void thatFalTookTheSameRequestBeforeSaysNothing() {
    accept("a");
    start("a");
    refuse("a");
    assertThat(settle(false)).containsExactly("refused");
  }

  @Test
  void requestsThatFalTookBeforeAndRefusesNowAreTheAccounts() {
    accept("a");
    accept("b");
    start("a", "b");
    refuse("a");
    assertThat(settle(false)).as("b is under way").isEmpty();
    refuse("b");
    assertThat(settle(false)).containsExactly("refused");
  }

  @Test
  void anAnswerToWhatWasStartedBeforeTheRefusalProvesNothing() {
    start("a", "b");
    refuse("a");
    access.onAccepted("b");
    assertThat(settle(true)).as("another is tried").isEmpty();
    start("c");
    refuse("c");
    assertThat(settle(true)).isEmpty();
    access.onStart("d");
    refuse("d");
    access.onStart("e");
    refuse("e");
    assertThat(settle(true)).isEmpty();
    access.onStart("f");
    refuse("f");
    assertThat(settle(true)).containsExactly("refused");
  }

  @Test
  void afterThreeOthersTheRefusalIsTheAccounts() {
    accept("z");
    start("a");
    refuse("a");
    for (String other : List.of("b", "c", "d")) {
      assertThat(settle(true)).isEmpty();
      start(other);
      refuse(other);
    }
    assertThat(settle(true)).containsExactly("refused");
  }

  @Test
  void aKeyThatIsRotatedFailsFewRequestsEvenIfTheyComeOneByOne() {
    accept("z");
    List<String> all = new ArrayList<>();
    for (String request : List.of("a", "b", "c", "d")) {
      start(request);
      refuse(request);
      all.addAll(settle(false));
      pass(Duration.ofSeconds(5));
    }
    assertThat(all).containsExactly("own a", "own b", "own c", "refused");
  }

  @Test
  void ownRefusalsDoNotAddUpWhileFalTakesOthers() {
    for (String request : List.of("a", "b", "c", "d", "e", "f")) {
      accept("z" + request);
      start(request);
      refuse(request);
      assertThat(settle(false)).containsExactly("own " + request);
    }
  }

  @Test
  void ownRefusalsOfOtherTimesDoNotAddUp() {
    for (String request : List.of("a", "b", "c", "d", "e", "f")) {
      accept("z");
      long openedAt = now;
      pass(Duration.ofHours(1));
      access.onAccepted("z", openedAt);
      start(request);
      refuse(request);
      assertThat(settle(false)).containsExactly("own " + request);
    }
  }

  @Test
  void manyRefusalsAreTheAccountsEvenIfOthersAreNotAnswered() {
    start("never answered");
    for (int i = 0; i < 16; i++) {
      assertThat(settle(true)).isEmpty();
      start("r" + i);
      refuse("r" + i);
    }
    assertThat(settle(true)).containsExactly("refused");
  }

  @Test
  void doubtLastsTenSeconds() {
    start("a", "never answered");
    refuse("a");
    pass(Duration.ofMillis(9_990));
    assertThat(settle(true)).isEmpty();
    pass(Duration.ofMillis(20));
    assertThat(settle(true)).containsExactly("refused");
  }

  @Test
  void whileTheAccountIsRefusedOneIsTriedAtATimeWithABackoff() {
    start("a");
    refuse("a");
    settle(false);
    assertThat(access.mayStart()).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(access.mayStart()).isTrue();
    start("b");
    pass(Duration.ofMinutes(1));
    assertThat(access.mayStart()).as("one at a time").isFalse();
    refuse("b");
    assertThat(settle(false)).containsExactly("refused");
    pass(Duration.ofMillis(999));
    assertThat(access.mayStart()).as("the wait grows").isFalse();
    pass(Duration.ofMillis(1_001));
    assertThat(access.mayStart()).isTrue();
  }

  @Test
  void theWaitThatFalAsksForWins() {
    start("a");
    access.onRefused("a", locked(Duration.ofSeconds(120)));
    settle(false);
    pass(Duration.ofSeconds(119));
    assertThat(access.mayStart()).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(access.mayStart()).isTrue();
  }

  @Test
  void theRequestThatWasRefusedLastIsTriedLast() {
    start("a", "b", "c");
    refuse("a", "b", "c");
    settle(false);
    for (String expected : List.of("a", "b", "c", "a")) {
      pass(Duration.ofMinutes(1));
      assertThat(access.nextRefused()).isEqualTo(expected);
      start(expected);
      refuse(expected);
      settle(false);
    }
    access.forget("b");
    assertThat(access.nextRefused()).isEqualTo("c");
  }

  @Test
  void aTryThatSaysNothingIsFollowedByAnother() {
    start("a");
    refuse("a");
    settle(false);
    pass(Duration.ofSeconds(1));
    start("b");
    access.onEnd("b");
    assertThat(access.mayStart()).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(access.mayStart()).isTrue();
    assertThat(settle(false)).isEmpty();
  }

  @Test
  void whenFalTakesOneAllAreReleasedAndJudgedAnew() {
    start("a", "forbidden");
    refuse("a", "forbidden");
    settle(false);
    pass(Duration.ofSeconds(1));
    accept("b");
    assertThat(settle(false)).containsExactly("released a", "released forbidden", "accepted");
    assertThat(access.isOpen()).isTrue();
    start("a", "forbidden");
    access.onAccepted("a");
    refuse("forbidden");
    assertThat(settle(false)).containsExactly("own forbidden");
  }

  @Test
  void aStreamThatWasOpenBeforeDoesNotMeanThatTheAccountIsAccepted() {
    accept("open");
    long openedAt = now;
    pass(Duration.ofHours(1));
    start("a");
    refuse("a");
    settle(false);
    access.onAccepted("open", openedAt);
    assertThat(settle(false)).isEmpty();
    assertThat(access.isOpen()).isFalse();
  }

  @Test
  void refusedForTooLongTheTaskFailsWithTheWordsOfFal() {
    start("a");
    refuse("a");
    settle(false);
    pass(TIMEOUT.minusMillis(1));
    assertThat(settle(false)).isEmpty();
    start("b");
    pass(Duration.ofMinutes(1));
    assertThat(settle(false)).as("one is under way").isEmpty();
    refuse("b");
    assertThat(settle(false))
        .containsExactly(
            "refused",
            "failed: fal has refused this task for more than 600000 ms, at last b: " + LOCKED);
  }

  @Test
  void aPauseDoesNotCount() {
    start("a");
    refuse("a");
    settle(false);
    pass(TIMEOUT);
    access.excludePause(TIMEOUT.minusSeconds(1));
    assertThat(settle(false)).isEmpty();
  }

  @Test
  void withoutALimitTheTaskNeverFails() {
    access = newAccess(true, Optional.empty());
    start("a");
    refuse("a");
    settle(false);
    pass(Duration.ofDays(1_000));
    assertThat(settle(false)).isEmpty();
  }

  @Test
  void aRequestThatIsNotWantedAnyMoreIsNotTried() {
    start("a", "b");
    refuse("a");
    access.forget("b");
    assertThat(settle(false)).as("none is under way").containsExactly("refused");
    access.forget("a");
    assertThat(access.nextRefused()).isNull();
  }

  /** Some requests are forbidden, and fal refuses all for a while. */
  @Property(tries = 300)
  void nobodyFailsForTheAccountAndNobodyIsForgotten(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 9) Integer> kinds,
      @ForAll @IntRange(min = 0, max = 300) int lockedSeconds) {
    now = 0;
    access = newAccess(true, Optional.of(TIMEOUT));
    told.take();
    Set<String> waiting = new HashSet<>();
    Map<String, Boolean> forbidden = new HashMap<>();
    for (int i = 0; i < kinds.size(); i++) {
      waiting.add("r" + i);
      forbidden.put("r" + i, kinds.get(i) == 0);
    }
    Set<String> done = new HashSet<>();
    Set<String> failed = new HashSet<>();
    for (int second = 0; second < lockedSeconds + 200; second++) {
      pass(Duration.ofSeconds(1));
      boolean isLocked = second < lockedSeconds;
      while (access.mayStart() && !(waiting.isEmpty() && access.nextRefused() == null)) {
        String next = waiting.isEmpty() ? access.nextRefused() : waiting.iterator().next();
        waiting.remove(next);
        boolean inDoubt = !access.isOpen();
        start(next);
        if (isLocked || forbidden.get(next)) {
          refuse(next);
        } else {
          access.onAccepted(next);
          done.add(next);
        }
        if (inDoubt) {
          break;
        }
      }
      for (String line : settle(!waiting.isEmpty())) {
        if (line.startsWith("own ")) {
          failed.add(line.substring(4));
          assertThat(isLocked).as("the account is refused").isFalse();
        } else if (line.startsWith("released ")) {
          waiting.add(line.substring(9));
        }
      }
    }
    forbidden.forEach(
        (request, isForbidden) -> {
          if (!isForbidden) {
            assertThat(done).contains(request);
          }
          assertThat(failed.contains(request) && !isForbidden).isFalse();
        });
    // Of many forbidden requests in a row nothing shows that the account is not refused.
    boolean areAllOver = done.size() + failed.size() == kinds.size();
    assertThat(areAllOver || !access.isOpen()).isTrue();
  }
}
