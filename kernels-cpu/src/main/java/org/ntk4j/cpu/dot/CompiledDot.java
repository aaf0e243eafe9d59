package org.ntk4j.cpu.dot;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.jit.CompiledModule;
import org.ntk4j.cpu.jit.Jit;
import org.ntk4j.cpu.jit.Kernel;
import org.ntk4j.cpu.library.DotKernel;

/// The kernels of [DotText] for this processor; never released.
public final class CompiledDot implements DotKernel {
  private static final int WIDE_VECTOR_BITS = 512;

  /// Blocks whose sums and factors fit into 32 registers, and into 16.
  private static final int SIDE_WIDE = 4;

  private static final int SIDE = 3;

  private final DotText text;
  private final Kernel pack;
  private final Kernel multiply;
  private final Kernel store;

  private CompiledDot(Jit jit, DotText text) {
    CompiledModule module =
        jit.compile(List.of(PackText.of(text), MultiplyText.of(text), StoreText.of(text)));
    this.text = text;
    this.pack = module.kernel("pack");
    this.multiply = module.kernel("multiply");
    this.store = module.kernel("store");
  }

  private static final class F32 {
    static final CompiledDot KERNEL = compiled(DType.F32);
  }

  private static final class F64 {
    static final CompiledDot KERNEL = compiled(DType.F64);
  }

  private static CompiledDot compiled(DType dtype) {
    return of(dtype, jit().vectorBits());
  }

  private static Jit jit() {
    return Jit.find().orElseThrow(() -> new IllegalStateException("bug: no compiler"));
  }

  /// The kernels with vectors of so many bits; never released.
  public static CompiledDot of(DType dtype, int bits) {
    int lanes = bits / Byte.SIZE / dtype.sizeBytes();
    int side = bits == WIDE_VECTOR_BITS ? SIDE_WIDE : SIDE;
    return new CompiledDot(jit(), new DotText(dtype, lanes, side));
  }

  /// The kernels for `f32` or `f64`, compiled at the first call.
  public static DotKernel of(DType dtype) {
    return switch (dtype) {
      case F32 -> F32.KERNEL;
      case F64 -> F64.KERNEL;
      case I32, I64, BOOL -> throw new IllegalArgumentException("sums of products of " + dtype);
    };
  }

  @Override
  public int lanes() {
    return text.lanes();
  }

  @Override
  public int side() {
    return text.side();
  }

  @Override
  public int sums() {
    return text.sumVectors() * text.lanes();
  }

  @Override
  public void pack(long arguments, long blocks) {
    pack.call(arguments, 0, blocks);
  }

  @Override
  public void multiply(long arguments, long blocks) {
    multiply.call(arguments, 0, blocks);
  }

  @Override
  public void store(long arguments, long blocks) {
    store.call(arguments, 0, blocks);
  }
}
