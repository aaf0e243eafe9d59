package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.autodiff.structure.KernelProgram;
import org.ntk4j.autodiff.structure.StructureOptions;
import org.ntk4j.autodiff.structure.StructuredKernel;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.pass.Passes;

/// Kernel programs by each implementation, simplified.
final class Emission {
  private Emission() {}

  /// The program `(parameters.., x1.., x2..) -> NTKs.., NNGPs..`.
  static KernelProgram of(
      Implementation implementation, KernelSetting setting, StructureOptions options) {
    KernelProgram emitted =
        switch (implementation) {
          case JACOBIAN_CONTRACTION -> JacobianContraction.emit(setting);
          case NTK_VECTOR_PRODUCTS -> NtkVectorProducts.emit(setting);
          case STRUCTURED_DERIVATIVES -> structured(setting, options);
          case AUTO -> throw new IllegalStateException("bug: AUTO is a choice, not a program");
        };
    return new KernelProgram(Passes.standard().apply(emitted.program()), emitted.plan());
  }

  /// The structured NTKs, then the NNGPs of the same forward passes.
  private static KernelProgram structured(KernelSetting setting, StructureOptions options) {
    KernelProgram ntk = StructuredKernel.emit(setting.problem(), options);
    if (setting.nngp().isEmpty()) {
      return ntk;
    }
    Builder b = new Builder();
    KernelSetting.Inputs inputs = setting.inputs();
    List<Atom> kernels = new ArrayList<>(b.inline(ntk.program(), inputs.all()));
    List<Atom> y1 = b.inline(setting.problem().first(), inputs.first());
    List<Atom> y2 = setting.symmetric() ? y1 : b.inline(setting.secondProgram(), inputs.second());
    kernels.addAll(setting.nngp(b, y1, y2));
    return new KernelProgram(b.build(inputs.all(), kernels), ntk.plan());
  }
}
