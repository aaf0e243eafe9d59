package org.ntk4j.ntk;

import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.pass.Cost;

/// Rates of a machine, by which times are predicted: `seconds = operations / operationsPerSecond +
/// bytes / bytesPerSecond + steps · secondsPerStep`.
///
/// @param operationsPerSecond floating-point operations per second
/// @param bytesPerSecond bytes read and written per second
/// @param secondsPerStep overhead of starting one equation
public record Rates(double operationsPerSecond, double bytesPerSecond, double secondsPerStep) {
  /// Two cores of a current server: 2e11 operations, 2e10 bytes per second, 2 µs an equation.
  public static final Rates DEFAULT = new Rates(2e11, 2e10, 2e-6);

  /// What `p` would cost.
  Prediction predict(Implementation implementation, Program p) {
    Cost cost = Cost.of(p);
    double seconds =
        cost.operations() / operationsPerSecond
            + cost.bytes() / bytesPerSecond
            + steps(p) * secondsPerStep;
    return new Prediction(
        implementation,
        seconds,
        cost.operations(),
        cost.bytes(),
        cost.peakBytes(),
        p.equations().size());
  }

  /// Equations started; those of a scan as often as it runs.
  private static double steps(Program p) {
    double steps = 0;
    for (Equation e : p.equations()) {
      steps += 1;
      if (e.op() instanceof HigherOrder op) {
        double inner = op.programs().stream().mapToDouble(Rates::steps).sum();
        steps += op instanceof Scan scan ? inner * scan.length() : inner;
      }
    }
    return steps;
  }
}
