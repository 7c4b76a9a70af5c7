// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises a text that quotes a part of a secret. Settings whose names or values look like
 * secrets count as secrets, because the settings of plugins have no definition here. Immutable.
 */
final class SecretWords {
  private static final int MAX_CAUSES = 16;

  private static final Pattern SECRET_NAME =
      Pattern.compile(
          ".*(password|passphrase|secret|jaas|credential|user\\.info|userinfo|token|api\\.?key|private).*"
              + "|.*ssl\\.keystore\\.key|.*ssl\\.keystore\\.certificate\\.chain|.*ssl\\.truststore\\.certificates");

  /** Such settings only say where or how a secret is found. */
  private static final Pattern PUBLIC_NAME =
      Pattern.compile(".*\\.(url|class|location|ms|seconds|source|file|path|type|algorithm)");

  /** The part of a URL with credentials. */
  private static final Pattern CREDENTIALS = Pattern.compile("//([^/@\\s]+)@");

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

  /** Words of every login configuration. */
  private static final Set<String> PUBLIC_WORDS =
      Set.of(
          ("org apache kafka common security plain scram oauthbearer com sun auth module"
                  + " plainloginmodule scramloginmodule oauthbearerloginmodule krb5loginmodule"
                  + " required requisite sufficient optional username password true false begin end"
                  + " certificate private key encrypted rsa ec pem ssl")
              .split(" "));

  private final Set<String> words = new HashSet<>();

  private SecretWords() {}

  /** Collects the words of all secrets among the settings. */
  static SecretWords of(Map<String, ?> settings) {
    SecretWords secrets = new SecretWords();
    settings.forEach(secrets::addSetting);
    return secrets;
  }

  /** Whether a setting of this name is a secret, as far as a name can say. */
  static boolean isSecretName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return SECRET_NAME.matcher(lower).matches() && !PUBLIC_NAME.matcher(lower).matches()
        || lower.endsWith("webhook.url");
  }

  private void addSetting(String name, Object setting) {
    if (setting == null) {
      return;
    }
    String value =
        setting instanceof org.apache.kafka.common.config.types.Password password
            ? String.valueOf(password.value())
            : setting.toString();
    if (isSecretName(name)) {
      addWords(value);
    }
    CREDENTIALS.matcher(value).results().forEach(match -> addWords(match.group(1)));
  }

  private void addWords(String text) {
    wordsOf(text).stream().filter(word -> !PUBLIC_WORDS.contains(word)).forEach(words::add);
  }

  private static Set<String> wordsOf(String text) {
    Set<String> found = new HashSet<>();
    Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }

  /** Whether there are no secrets at all. */
  boolean isEmpty() {
    return words.isEmpty();
  }

  /** Whether a text has a word of a secret. */
  boolean isQuotedIn(String text) {
    return text != null && wordsOf(text).stream().anyMatch(words::contains);
  }

  /** Whether a message of the failure, of its causes or of what it suppressed has such a word. */
  boolean isQuotedIn(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
      if (isQuotedIn(cause.getMessage())) {
        return true;
      }
      for (Throwable suppressed : cause.getSuppressed()) {
        if (isQuotedIn(suppressed.getMessage())) {
          return true;
        }
      }
      cause = cause.getCause();
    }
    return cause != null;
  }
}
