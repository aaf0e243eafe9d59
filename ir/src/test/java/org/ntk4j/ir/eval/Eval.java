package org.ntk4j.ir.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;

/// Evaluates one primitive.
final class Eval {
  private Eval() {}

  static Program program(Primitive op, Tensor... x) {
    Builder b = new Builder();
    List<Var> inputs = new ArrayList<>();
    for (Tensor t : x) {
      inputs.add(new Var(new Aval(t.dtype(), t.shape())));
    }
    return b.build(inputs, b.emitAll(op, inputs));
  }

  static List<Tensor> all(Primitive op, Tensor... x) {
    return Evaluator.run(program(op, x), List.of(x));
  }

  static Tensor one(Primitive op, Tensor... x) {
    return all(op, x).getFirst();
  }

  static void assertDoubles(Tensor y, double... expected) {
    assertArrayEquals(expected, y.toDoubles(), 0.0, () -> Arrays.toString(y.toDoubles()));
  }

  static void assertLongs(Tensor y, long... expected) {
    assertArrayEquals(expected, y.toLongs(), () -> Arrays.toString(y.toLongs()));
  }

  static void assertClose(Tensor expected, Tensor y, double tolerance) {
    assertEquals(expected.shape(), y.shape());
    assertArrayEquals(expected.toDoubles(), y.toDoubles(), tolerance);
  }

  static Tensor random(RandomGenerator random, DType dtype, long... dims) {
    Tensor t = Tensor.zeros(dtype, Shape.of(dims));
    for (long i = 0; i < t.size(); i++) {
      t.setDouble(i, dtype.isFloating() ? random.nextGaussian() : random.nextInt(-9, 10));
    }
    return t;
  }

  /// 0, 1, 2, … as `f64`.
  static Tensor counting(long... dims) {
    Tensor t = Tensor.zeros(DType.F64, Shape.of(dims));
    for (long i = 0; i < t.size(); i++) {
      t.setLong(i, i);
    }
    return t;
  }

  static Tensor f64(double... values) {
    return Tensor.of(values, values.length);
  }

  static Tensor i64(long... values) {
    return Tensor.of(values, values.length);
  }

  static Tensor i32(int... values) {
    return Tensor.of(values, values.length);
  }

  static Tensor bool(boolean... values) {
    return Tensor.of(values, values.length);
  }
}
