package org.ntk4j.autodiff.structure;

import java.util.List;
import org.ntk4j.ir.Program;

/// A kernel as a program, and how it came about.
///
/// @param program `(parameters.., x1.., x2..) -> kernels..` (no `x2` if the second examples are the
///   first ones); the kernels are in the order of the entries, and within an entry, if asked per
///   parameter, in the order of the active parameters
public record KernelProgram(Program program, List<TermPlan> plan) {
  public KernelProgram {
    plan = List.copyOf(plan);
  }
}
