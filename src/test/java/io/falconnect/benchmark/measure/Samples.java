// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.measure;

import java.util.Arrays;

/** A list of numbers, with median and quantiles. */
public final class Samples {
  private double[] values = new double[1024];
  private int size;

  public static Samples of(double... values) {
    Samples samples = new Samples();
    Arrays.stream(values).forEach(samples::add);
    return samples;
  }

  public void add(double value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = value;
  }

  public int size() {
    return size;
  }

  /** The median; of an even number of values the mean of the two in the middle. */
  public double median() {
    double[] sorted = sorted();
    return size == 0 ? Double.NaN : (sorted[(size - 1) / 2] + sorted[size / 2]) / 2;
  }

  /** The smallest value that this share of all values does not exceed. */
  public double quantile(double share) {
    double[] sorted = sorted();
    int rank = (int) Math.ceil(share * size);
    return size == 0 ? Double.NaN : sorted[Math.min(size - 1, Math.max(0, rank - 1))];
  }

  double min() {
    return quantile(0);
  }

  public double max() {
    return quantile(1);
  }

  /** The median, with the smallest and the largest value and the number of values. */
  public String spread(int digits) {
    String number = "%." + digits + "f";
    return (number + " (" + number + " to " + number + ", n=%d)")
        .formatted(median(), min(), max(), size);
  }

  private double[] sorted() {
    double[] sorted = Arrays.copyOf(values, size);
    Arrays.sort(sorted);
    return sorted;
  }
}
