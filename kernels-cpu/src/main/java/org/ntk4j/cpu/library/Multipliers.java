package org.ntk4j.cpu.library;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.ntk4j.core.DType;

/// Who multiplies which matrices on this machine.
///
/// @param measured who does, where not the usual one
/// @param dots kernels for sums along consecutive elements; empty: there are none
public record Multipliers(
    Map<ProductClass, Multiplier> measured, Optional<Function<DType, DotKernel>> dots) {
  /// The usual libraries alone.
  public static final Multipliers LIBRARIES = new Multipliers(Map.of(), Optional.empty());

  /// Copies the map, and checks.
  public Multipliers {
    measured = Map.copyOf(measured);
    measured.forEach((which, multiplier) -> {
      if (!which.candidates().contains(multiplier)) {
        throw new IllegalArgumentException(
            which.key() + " by " + multiplier + "; expected one of " + which.candidates());
      }
    });
  }

  /// @param p in canonical form
  Multiplier of(GemmProblem p) {
    ProductClass which = ProductClass.of(p);
    Multiplier choice = measured.getOrDefault(which, which.usual());
    if (choice != Multiplier.DOT || dots.isPresent()) {
      return choice;
    }
    return p.dtype() == DType.F64 ? Multiplier.OPEN_BLAS : Multiplier.ONE_DNN;
  }
}
