package org.ntk4j.ntk;

import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Footprint;
import org.ntk4j.ir.eval.ProgramCache;

/// How much memory programs take on a back end, known before they run.
@FunctionalInterface
public interface MemoryModel {
  /// Bytes in use at the worst moment of running `p`, its inputs and outputs included.
  long peakBytes(Program p);

  /// The model of what [Runner#standard] runs.
  static MemoryModel standard() {
    return p -> ProgramCache.standard().peakBytes(p);
  }

  /// The model of the reference evaluator.
  static MemoryModel evaluator() {
    return Footprint::peakBytes;
  }
}
