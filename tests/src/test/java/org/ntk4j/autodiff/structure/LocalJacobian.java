package org.ntk4j.autodiff.structure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.autodiff.Derivatives;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;

/// Dense Jacobians, column by column.
final class LocalJacobian {
  private LocalJacobian() {}

  /// `∂y/∂x_k` of a program with one output, at `x`.
  static double[][] of(Program p, List<Tensor> x, int k) {
    List<Boolean> active = IntStream.range(0, x.size()).mapToObj(i -> i == k).toList();
    Program jvp = Derivatives.jvp(p, active);
    int columns = Math.toIntExact(x.get(k).size());
    double[][] jacobian =
        new double[Math.toIntExact(p.outputs().getFirst().aval().size())][columns];
    for (int j = 0; j < columns; j++) {
      Tensor unit = Tensor.zeros(x.get(k).dtype(), x.get(k).shape());
      unit.setDouble(j, 1);
      List<Tensor> in = new ArrayList<>(x);
      in.add(unit);
      Tensor column = Evaluator.run(jvp, in).get(1);
      for (int i = 0; i < jacobian.length; i++) {
        jacobian[i][j] = column.getDouble(i);
      }
    }
    return jacobian;
  }

  static void assertClose(double[][] expected, double[][] actual, double tolerance) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], actual[i], tolerance, "row " + i);
    }
  }
}
