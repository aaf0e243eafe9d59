package org.ntk4j.ir.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;

/// Records a function and evaluates the program.
final class Traced {
  private Traced() {}

  static List<Tensor> all(Function<List<Value>, List<Value>> fn, Tensor... in) {
    List<Aval> avals = Arrays.stream(in).map(t -> new Aval(t.dtype(), t.shape())).toList();
    return Evaluator.run(Trace.program(avals, fn), List.of(in));
  }

  static Tensor one(Function<List<Value>, Value> fn, Tensor... in) {
    return all(v -> List.of(fn.apply(v)), in).getFirst();
  }

  /// The result for one operand.
  static Tensor of(Function<Value, Value> fn, Tensor x) {
    return one(in -> fn.apply(in.getFirst()), x);
  }

  static Program program(Function<List<Value>, Value> fn, Aval... in) {
    return Trace.program(List.of(in), v -> List.of(fn.apply(v)));
  }

  /// `0, 1, ..` as `f64`.
  static Tensor range(long... dims) {
    long size = Shape.of(dims).size();
    return Tensor.of(LongStream.range(0, size).asDoubleStream().toArray(), dims);
  }

  static Tensor vector(double... values) {
    return Tensor.of(values, values.length);
  }

  static long[] dims(long... dims) {
    return dims;
  }

  static void assertTensor(Tensor actual, long[] dims, double... expected) {
    assertEquals(Shape.of(dims), actual.shape());
    assertArrayEquals(
        expected, actual.toDoubles(), 1e-12, () -> Arrays.toString(actual.toDoubles()));
  }

  static void assertMessage(String expected, Function<List<Value>, Value> fn, Tensor... in) {
    Throwable thrown = assertThrows(IllegalArgumentException.class, () -> one(fn, in));
    assertEquals(expected, thrown.getMessage());
  }
}
