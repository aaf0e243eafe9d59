package org.ntk4j.cpu.panel;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.jit.CompiledModule;
import org.ntk4j.cpu.jit.Jit;
import org.ntk4j.cpu.jit.Kernel;
import org.ntk4j.cpu.library.PanelKernel;

/// The kernels of [PanelText] for this processor; never released.
public final class CompiledPanels implements PanelKernel {
  private static final int WIDE_VECTOR_BITS = 512;

  /// Panels whose sums, and what is multiplied, fit into 32 registers, and into 16.
  private static final int ROWS_WIDE = 12;

  private static final int ROWS = 6;

  private final PanelText text;
  private final Kernel leftAlong;
  private final Kernel leftAcross;
  private final Kernel rightAlong;
  private final Kernel rightAcross;
  private final Kernel multiply;

  private CompiledPanels(Jit jit, PanelText text) {
    CompiledModule module =
        jit.compile(
            List.of(
                PackPanels.along(text, text.rows(), "leftAlong"),
                PackPanels.across(text, text.rows(), "leftAcross"),
                PackPanels.along(text, text.columns(), "rightAlong"),
                PackPanels.across(text, text.columns(), "rightAcross"),
                MultiplyPanels.of(text)));
    this.text = text;
    this.leftAlong = module.kernel("leftAlong");
    this.leftAcross = module.kernel("leftAcross");
    this.rightAlong = module.kernel("rightAlong");
    this.rightAcross = module.kernel("rightAcross");
    this.multiply = module.kernel("multiply");
  }

  private static final class F32 {
    static final CompiledPanels KERNEL = of(DType.F32, jit().vectorBits());
  }

  private static final class F64 {
    static final CompiledPanels KERNEL = of(DType.F64, jit().vectorBits());
  }

  private static Jit jit() {
    return Jit.find().orElseThrow(() -> new IllegalStateException("bug: no compiler"));
  }

  /// The kernels with vectors of so many bits; never released.
  public static CompiledPanels of(DType dtype, int bits) {
    int rows = bits == WIDE_VECTOR_BITS ? ROWS_WIDE : ROWS;
    return new CompiledPanels(
        jit(), new PanelText(dtype, bits / Byte.SIZE / dtype.sizeBytes(), rows));
  }

  /// The kernels for `f32` or `f64`, compiled at the first call.
  public static PanelKernel of(DType dtype) {
    return switch (dtype) {
      case F32 -> F32.KERNEL;
      case F64 -> F64.KERNEL;
      case I32, I64, BOOL -> throw new IllegalArgumentException("matrix products of " + dtype);
    };
  }

  @Override
  public int rows() {
    return text.rows();
  }

  @Override
  public int columns() {
    return text.columns();
  }

  @Override
  public int lanes() {
    return text.lanes();
  }

  @Override
  public void pack(Packing packing, long arguments, long begin, long end) {
    Kernel kernel =
        switch (packing) {
          case LEFT_ALONG -> leftAlong;
          case LEFT_ACROSS -> leftAcross;
          case RIGHT_ALONG -> rightAlong;
          case RIGHT_ACROSS -> rightAcross;
        };
    kernel.call(arguments, begin, end);
  }

  @Override
  public void multiply(long arguments, long begin, long end) {
    multiply.call(arguments, begin, end);
  }
}
