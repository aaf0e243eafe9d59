package org.ntk4j.ntk;

import org.ntk4j.ir.Program;

/// Rates of a machine, by which times are predicted.
///
/// @param operationsPerSecond of contractions and convolutions
/// @param bytesPerSecond of everything that moves data
/// @param secondsPerEquation overhead of starting an equation
public record Rates(
    double operationsPerSecond, double bytesPerSecond, double secondsPerEquation) {
  /// Two cores of a current server: 2e11 operations, 2e10 bytes per second, 2 µs an equation.
  public static final Rates DEFAULT = new Rates(2e11, 2e10, 2e-6);

  /// What `p` would cost.
  Prediction predict(Implementation implementation, Program p) {
    ProgramCost cost = ProgramCost.of(p, this);
    return new Prediction(
        implementation, cost.seconds(), cost.operations(), cost.bytes(), p.equations().size());
  }
}
