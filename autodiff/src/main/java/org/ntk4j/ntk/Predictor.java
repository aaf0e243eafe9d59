package org.ntk4j.ntk;

import java.util.function.Supplier;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.pass.Cost;
import org.ntk4j.ir.schedule.Lowering;
import org.ntk4j.ir.schedule.Rates;
import org.ntk4j.ir.schedule.StepTimes;

/// What programs will cost: operations and bytes are counted, seconds are those of the steps they
/// are lowered to.
final class Predictor {
  private final Supplier<Rates> rates;

  /// @param rates of the machine, asked for when they are needed: they may have to be measured
  Predictor(Supplier<Rates> rates) {
    this.rates = rates;
  }

  double seconds(Program p) {
    return new StepTimes(rates.get()).seconds(Lowering.lower(p));
  }

  Prediction predict(Implementation implementation, Program p) {
    Cost cost = Cost.of(p);
    return new Prediction(
        implementation,
        seconds(p),
        cost.operations(),
        cost.bytes(),
        cost.peakBytes(),
        p.equations().size());
  }
}
