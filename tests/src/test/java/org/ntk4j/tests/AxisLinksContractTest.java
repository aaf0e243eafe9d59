package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.pass.AxisLinks;

/// Every axis link holds in the dense dependence: an element is changed, and results change only at
/// its index.
class AxisLinksContractTest {
  private static final long SEED = Long.getLong("ntk.seed", 5);

  static Stream<Sample> samples() {
    return PrimitiveSamples.all().stream().filter(s -> !s.operands().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void links_hold_in_the_dense_dependence(Sample s) {
    Program p = s.program();
    List<Tensor> x = s.values(SEED);
    List<Tensor> y = Evaluator.run(p, x);
    for (int k = 0; k < x.size(); k++) {
      for (long i = 0; i < x.get(k).size(); i++) {
        List<Tensor> moved = new ArrayList<>(x);
        moved.set(k, changed(x.get(k), i));
        List<Tensor> z = Evaluator.run(p, moved);
        for (int r = 0; r < y.size(); r++) {
          check(s, k, i, r, y.get(r), z.get(r));
        }
      }
    }
  }

  private static void check(Sample s, int operand, long element, int result, Tensor y, Tensor z) {
    Shape in = s.avals().get(operand).shape();
    List<Integer> links = AxisLinks.of(s.op(), s.avals(), operand, result);
    assertEquals(in.rank(), links.size(), s.name());
    for (int a = 0; a < in.rank(); a++) {
      int r = links.get(a);
      if (r == AxisLinks.NONE) {
        continue;
      }
      String where = "%s: operand %d, axis %d, result %d".formatted(s, operand, a, result);
      assertEquals(in.dim(a), y.shape().dim(r), where);
      long at = element / in.strides()[a] % in.dim(a);
      for (long j = 0; j < y.size(); j++) {
        boolean same = Double.compare(y.getDouble(j), z.getDouble(j)) == 0;
        long index = j / y.shape().strides()[r] % y.shape().dim(r);
        assertTrue(same || index == at, where + ", seed " + SEED);
      }
    }
  }

  private static Tensor changed(Tensor x, long i) {
    Tensor moved = Tensor.zeros(x.dtype(), x.shape());
    for (long j = 0; j < x.size(); j++) {
      switch (x.dtype()) {
        case F32, F64 -> moved.setDouble(j, x.getDouble(j) * (j == i ? 1.3 : 1));
        case I32, I64 -> moved.setLong(j, x.getLong(j) + (j == i ? 1 : 0));
        case BOOL -> moved.setLong(j, j == i ? 1 - x.getLong(j) : x.getLong(j));
      }
    }
    return moved;
  }
}
