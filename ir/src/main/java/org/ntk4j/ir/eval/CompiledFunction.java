package org.ntk4j.ir.eval;

import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.ir.schedule.Rates;

/// A program made ready to run by an [Engine]: any number of times, by many threads at once.
public interface CompiledFunction extends AutoCloseable {
  /// The outputs for these arguments, garbage-collected.
  ///
  /// @throws IllegalArgumentException if the arguments are not those that the program expects
  /// @throws IllegalStateException if it is closed
  List<Tensor> run(List<Tensor> arguments);

  /// The outputs for these arguments, owned by `scope`, in whose [TensorScope#peakBytes] all other
  /// memory of the run counts too.
  ///
  /// @throws IllegalArgumentException if the arguments are not those that the program expects
  /// @throws IllegalStateException if it or the scope is closed
  List<Tensor> run(List<Tensor> arguments, TensorScope scope);

  /// What the steps of a run took: the least of `repetitions` runs, after some that are not timed.
  ///
  /// @param rates by which times are predicted
  /// @throws IllegalArgumentException if the arguments are not those that the program expects
  /// @throws IllegalStateException if it is closed
  List<TimedStep> profile(List<Tensor> arguments, Rates rates, int repetitions);

  /// Bytes in use at the worst moment of a run, inputs and outputs included.
  long peakBytes();

  /// Releases what belongs to it, when the runs under way have returned. Closing twice does
  /// nothing.
  @Override
  void close();
}
