package org.ntk4j.cli.demo;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.cpu.SymmetricEigenvalues;

/// Eigenvalues of a kernel.
///
/// @param descending all of them, largest first
record Spectrum(List<Double> descending) {
  Spectrum {
    descending = List.copyOf(descending);
  }

  static Spectrum of(Tensor kernel) {
    double[] ascending = SymmetricEigenvalues.of(kernel.to(DType.F64));
    return new Spectrum(
        Arrays.stream(ascending).boxed().sorted(Comparator.reverseOrder()).toList());
  }

  double largest() {
    return descending.getFirst();
  }

  double smallest() {
    return descending.getLast();
  }
}
