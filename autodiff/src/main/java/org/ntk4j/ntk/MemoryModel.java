package org.ntk4j.ntk;

import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Footprint;
import org.ntk4j.ir.eval.ProgramCache;

/// How much memory programs take on a back end, known before they run.
@FunctionalInterface
public interface MemoryModel {
  /// Bytes in use at the worst moment of running `p`, its inputs and outputs included.
  long peakBytes(Program p);

  /// Bytes that a run could take now: free ones, and those that runs before it left for it.
  default long freeBytes() {
    return FreeMemory.bytes();
  }

  /// The model of what [Runner#standard] runs. What runs on a card takes as much of the process's
  /// memory for results, and for what tiles share: it could take what both have.
  static MemoryModel standard() {
    return new MemoryModel() {
      @Override
      public long peakBytes(Program p) {
        return ProgramCache.standard().peakBytes(p);
      }

      @Override
      public long freeBytes() {
        long ours = FreeMemory.bytes() + ProgramCache.standard().idleBytes();
        return Math.min(ours, ProgramCache.standard().freeBytes().orElse(ours));
      }
    };
  }

  /// The model of the reference evaluator.
  static MemoryModel evaluator() {
    return Footprint::peakBytes;
  }
}
