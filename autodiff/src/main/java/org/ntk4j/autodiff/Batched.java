package org.ntk4j.autodiff;

import java.util.List;
import org.ntk4j.ir.Program;

/// A program mapped over an axis by [Batch].
///
/// @param program the mapped program; batched inputs and outputs carry the new axis first
/// @param outBatched for each output whether it carries the new axis; the others are equal for all
///   examples
public record Batched(Program program, List<Boolean> outBatched) {
  public Batched {
    outBatched = List.copyOf(outBatched);
  }
}
