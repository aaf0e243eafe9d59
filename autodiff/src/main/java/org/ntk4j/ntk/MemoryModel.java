package org.ntk4j.ntk;

import org.ntk4j.ir.Program;
import org.ntk4j.ir.pass.Cost;

/// How much memory programs take on a back end, known before they run.
@FunctionalInterface
public interface MemoryModel {
  /// Bytes in use at the worst moment of running `p`, its inputs and outputs included.
  long peakBytes(Program p);

  /// The model of the reference evaluator: every value has memory of its own from its equation to
  /// its last use.
  static MemoryModel liveValues() {
    return p -> Cost.of(p).peakBytes();
  }
}
