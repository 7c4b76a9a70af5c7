// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.Locale;

/** How far two words are apart. Stateless. */
final class EditDistance {
  private EditDistance() {}

  /**
   * The least number of letters to insert, to remove, to replace or to swap with the next one. Case
   * counts once, however many letters differ in it.
   */
  static int between(String one, String other) {
    String a = one.toLowerCase(Locale.ROOT).strip();
    String b = other.toLowerCase(Locale.ROOT).strip();
    int[][] distance = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        distance[i][j] = i == 0 || j == 0 ? i + j : shortest(distance, a, b, i, j);
      }
    }
    int letters = distance[a.length()][b.length()];
    return letters == 0 && !one.equals(other) ? 1 : letters;
  }

  private static int shortest(int[][] distance, String a, String b, int i, int j) {
    boolean isSame = a.charAt(i - 1) == b.charAt(j - 1);
    int edited = Math.min(distance[i - 1][j], distance[i][j - 1]) + 1;
    int replaced = distance[i - 1][j - 1] + (isSame ? 0 : 1);
    int best = Math.min(edited, replaced);
    boolean isSwapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return isSwapped ? Math.min(best, distance[i - 2][j - 2] + 1) : best;
  }
}
