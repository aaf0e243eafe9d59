package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// An integer `offset + Σ_d coefficients[d] · i_d + Σ_k dynamic[k]` for loop variables `i_d`.
///
/// @param coefficients one for each loop variable
/// @param dynamic integers that are computed
public record Index(long offset, List<Long> coefficients, List<Scaled> dynamic) {
  public Index {
    coefficients = List.copyOf(coefficients);
    dynamic = List.copyOf(dynamic);
  }

  /// `coefficient · value`.
  ///
  /// @param value of an integer dtype
  public record Scaled(long coefficient, Expr value) {}

  /// The number `offset`, in a nest of `rank` loops.
  public static Index constant(long offset, int rank) {
    return new Index(offset, Collections.nCopies(rank, 0L), List.of());
  }

  /// Loop variable `d` of `rank`.
  public static Index variable(int d, int rank) {
    List<Long> coefficients = new ArrayList<>(Collections.nCopies(rank, 0L));
    coefficients.set(d, 1L);
    return new Index(0, coefficients, List.of());
  }

  /// `value`, in a nest of `rank` loops.
  static Index computed(Expr value, int rank) {
    return new Index(0, Collections.nCopies(rank, 0L), List.of(new Scaled(1, value)));
  }

  /// The coefficient of loop variable `d`.
  public long coefficient(int d) {
    return coefficients.get(d);
  }

  /// Number of loop variables.
  public int rank() {
    return coefficients.size();
  }

  /// Whether nothing of it is computed.
  public boolean isAffine() {
    return dynamic.isEmpty();
  }

  /// This plus `other`.
  public Index plus(Index other) {
    List<Long> sum = new ArrayList<>(rank());
    for (int d = 0; d < rank(); d++) {
      sum.add(coefficient(d) + other.coefficient(d));
    }
    List<Scaled> all = new ArrayList<>(dynamic);
    all.addAll(other.dynamic);
    return new Index(offset + other.offset, sum, all);
  }

  /// This plus `number`.
  public Index plus(long number) {
    return new Index(offset + number, coefficients, dynamic);
  }

  /// This `factor` times.
  public Index times(long factor) {
    if (factor == 0) {
      return constant(0, rank());
    }
    return new Index(
        offset * factor,
        coefficients.stream().map(c -> c * factor).toList(),
        dynamic.stream().map(s -> new Scaled(s.coefficient * factor, s.value)).toList());
  }

  /// The smallest value over a nest with these extents, which are at least 1; the offset only where
  /// something is computed.
  public long minimum(List<Long> extents) {
    long minimum = offset;
    for (int d = 0; d < rank(); d++) {
      minimum += Math.min(0, coefficient(d) * (extents.get(d) - 1));
    }
    return minimum;
  }

  /// The largest value over a nest with these extents, which are at least 1.
  public long maximum(List<Long> extents) {
    long maximum = offset;
    for (int d = 0; d < rank(); d++) {
      maximum += Math.max(0, coefficient(d) * (extents.get(d) - 1));
    }
    return maximum;
  }
}
