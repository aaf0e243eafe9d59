package org.ntk4j.ntk;

import org.ntk4j.autodiff.structure.KernelProblem;
import org.ntk4j.autodiff.structure.KernelProgram;
import org.ntk4j.autodiff.structure.StructureOptions;

/// The structured derivatives.
final class StructuredSwitch {
  private StructuredSwitch() {}

  static KernelProgram emit(KernelProblem problem, StructureOptions options) {
    throw new UnsupportedOperationException("structured derivatives of " + problem + options);
  }
}
