package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// `constant + Σ factor · axis`.
record Affine(long constant, List<Summand> summands) {
  /// `factor · axis`.
  record Summand(Axis axis, long factor) {
    long reach() {
      return Math.max(0, axis.extent() - 1) * factor;
    }
  }

  Affine {
    summands = List.copyOf(summands);
  }

  static Affine of(long constant) {
    return new Affine(constant, List.of());
  }

  static Affine of(Axis axis) {
    return of(0).plus(axis, 1);
  }

  Affine plus(Axis axis, long factor) {
    List<Summand> all = new ArrayList<>(summands);
    if (factor != 0 && axis.extent() > 1) {
      all.add(new Summand(axis, factor));
    }
    return new Affine(constant, all);
  }

  /// The summands of some axes.
  Affine of(Predicate<Axis> chosen) {
    return new Affine(0, summands.stream().filter(s -> chosen.test(s.axis)).toList());
  }

  long min() {
    return constant + summands.stream().mapToLong(s -> Math.min(0, s.reach())).sum();
  }

  long max() {
    return constant + summands.stream().mapToLong(s -> Math.max(0, s.reach())).sum();
  }

  /// Whether this is an axis and nothing else.
  boolean isAxis() {
    return constant == 0 && summands.size() == 1 && summands.getFirst().factor == 1;
  }

  String text() {
    List<String> parts = new ArrayList<>();
    summands.forEach(s -> parts.add(IndexText.times(s.axis.name(), s.factor)));
    if (constant != 0 || parts.isEmpty()) {
      parts.add(IndexText.number(constant));
    }
    return IndexText.sum(parts);
  }
}
