package org.ntk4j.ir.eval;

import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;

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

  /// Bytes in use at the worst moment of a run, inputs and outputs included.
  long peakBytes();

  /// Releases what belongs to it, when the runs under way have returned. Closing twice does
  /// nothing.
  @Override
  void close();
}
