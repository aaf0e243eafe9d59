package org.ntk4j.tests.cuda;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.autodiff.Derivatives;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;

/// Convolutions that cuDNN knows, large enough for it.
final class CudaConvolutions {
  private static final List<Long> ONES = List.of(1L, 1L);
  private static final List<Long> TWOS = List.of(2L, 2L);

  private CudaConvolutions() {}

  /// A program of each of its three problems in each layout, and others.
  static List<Program> all() {
    ConvDims first = ConvDims.channelsFirst(2);
    Conv strided = Conv.of(first).withStrides(TWOS).withPadding(ONES, ONES);
    Conv dilated = Conv.of(first).withDilation(ONES, TWOS).withPadding(TWOS, TWOS);
    Conv grouped = Conv.of(first).withGroups(2, 1).withPadding(ONES, ONES);
    Conv solid = Conv.of(ConvDims.channelsFirst(3));
    // [n, h, w, in], [out, kh, kw, in], [n, h, w, out]
    List<Integer> space = List.of(1, 2);
    Conv last =
        Conv.of(new ConvDims(0, 3, space, 3, 0, space, 0, 3, space)).withPadding(ONES, ONES);
    List<Program> all = new ArrayList<>();
    all.add(layer(DType.F32));
    all.add(layer(DType.F64));
    all.add(program(strided, aval(2, 32, 21, 21), aval(64, 32, 3, 3)));
    all.add(program(dilated, aval(2, 32, 16, 16), aval(32, 32, 3, 3)));
    all.add(program(grouped, aval(4, 24, 16, 16), aval(48, 12, 3, 3)));
    all.add(program(solid, aval(1, 24, 9, 9, 9), aval(24, 24, 3, 3, 3)));
    all.add(program(last, aval(6, 16, 16, 12), aval(32, 3, 3, 12)));
    for (Program p : List.copyOf(all)) {
      all.add(Derivatives.vjp(p));
    }
    return all;
  }

  /// An ordinary one.
  static Program layer(DType dtype) {
    return program(
        Conv.of(ConvDims.channelsFirst(2)).withPadding(ONES, ONES),
        Aval.of(dtype, 6, 12, 16, 16),
        Aval.of(dtype, 32, 12, 3, 3));
  }

  private static Aval aval(long... sizes) {
    return Aval.of(DType.F32, sizes);
  }

  private static Program program(Conv op, Aval x, Aval w) {
    Builder b = new Builder();
    List<Var> in = List.of(new Var(x), new Var(w));
    return b.build(in, b.emitAll(op, in));
  }
}
