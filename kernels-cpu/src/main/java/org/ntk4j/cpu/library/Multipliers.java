package org.ntk4j.cpu.library;

import java.util.Map;
import java.util.Optional;
import org.ntk4j.core.DType;

/// Who multiplies which matrices on this machine.
///
/// @param measured who does, where not the usual one
/// @param own kernels of ours; empty: there are none
public record Multipliers(Map<ProductClass, Multiplier> measured, Optional<OwnKernels> own) {
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
    return switch (choice) {
      case ONE_DNN, OPEN_BLAS -> choice;
      case DOT, PANELS -> own.isPresent() ? choice : library(p);
    };
  }

  private static Multiplier library(GemmProblem p) {
    return p.dtype() == DType.F64 ? Multiplier.OPEN_BLAS : Multiplier.ONE_DNN;
  }
}
