package org.ntk4j.cli.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.cpu.SymmetricEigenvalues;

/// Eigenvalues of a kernel.
///
/// @param descending all of them, largest first; at least one
public record Spectrum(List<Double> descending) {
  public Spectrum {
    descending = List.copyOf(descending);
  }

  /// The spectrum of the symmetric `kernel`, `[n, n]` with `n > 0`.
  public static Spectrum of(Tensor kernel) {
    double[] ascending = SymmetricEigenvalues.of(kernel.to(DType.F64));
    return new Spectrum(
        Arrays.stream(ascending).boxed().sorted(Comparator.reverseOrder()).toList());
  }

  public double largest() {
    return descending.getFirst();
  }

  public double smallest() {
    return descending.getLast();
  }

  /// `exp(-Σ p log p)` for `p = λ / Σ λ` over the positive eigenvalues: how many of them share the
  /// work. 0 if none is positive.
  public double effectiveRank() {
    List<Double> positive = descending.stream().filter(v -> v > 0).toList();
    double sum = positive.stream().mapToDouble(v -> v).sum();
    double entropy = positive.stream().mapToDouble(v -> -v / sum * Math.log(v / sum)).sum();
    return positive.isEmpty() ? 0 : Math.exp(entropy);
  }

  /// How many eigenvalues are larger than the rounding of the matrix, `n ε max|λ|`, or smaller than
  /// its negative.
  ///
  /// @param epsilon distance of 1 to the next number in the kernel's dtype
  public long rank(double epsilon) {
    double rounding = rounding(epsilon);
    return descending.stream().filter(v -> Math.abs(v) > rounding).count();
  }

  /// How many eigenvalues are negative beyond the rounding of the matrix: of a kernel, none.
  ///
  /// @param epsilon as in [#rank]
  public long negative(double epsilon) {
    double rounding = rounding(epsilon);
    return descending.stream().filter(v -> v < -rounding).count();
  }

  private double rounding(double epsilon) {
    return descending.size() * epsilon * Math.max(Math.abs(largest()), Math.abs(smallest()));
  }
}
