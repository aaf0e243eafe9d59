package org.ntk4j.ntk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;

/// A network for one example gives the rows of the network for all of them.
final class PerExampleTest {
  private static final int N = 4;

  /// Functions of parameters `p` [4,3] and examples `x` [4,3] whose rows are independent.
  private static final Map<String, BiFunction<Value, Value, Value>> INDEPENDENT =
      new LinkedHashMap<>();

  /// Functions of the same that mix rows.
  private static final Map<String, BiFunction<Value, Value, Value>> MIXING = new LinkedHashMap<>();

  static {
    INDEPENDENT.put("product", (p, x) -> x.matmul(p.transpose()).tanh());
    INDEPENDENT.put("examples last", (p, x) -> p.matmul(x.transpose()).transpose());
    INDEPENDENT.put("broadcast", (p, x) -> x.add(p.sum(0)).mul(p.sum()));
    INDEPENDENT.put("a row of the parameters each", (p, x) -> x.mul(p).add(p.exp()));
    INDEPENDENT.put("number of the example", (p, x) -> x.mul(p.iota(DType.F64, x.shape(), 0)));
    INDEPENDENT.put("number of examples", (p, x) -> x.mul(p.sum(0)).div(x.dim(0)));
    INDEPENDENT.put("reversed parameters", (p, x) -> x.mul(p.reverse(0)));
    INDEPENDENT.put("softmax", (p, x) -> x.sub(x.maxKeepDims(-1)).exp().matmul(p.transpose()));
    INDEPENDENT.put("reshape", (p, x) -> x.reshape(N, 3, 1).mul(p.reshape(12)).reshape(N, 36));
    INDEPENDENT.put(
        "checkpoint", (p, x) -> Control.checkpoint(x, v -> v.matmul(p.transpose()).sin()));
    INDEPENDENT.put("scan", PerExampleTest::scan);
    INDEPENDENT.put("cond", PerExampleTest::cond);
    INDEPENDENT.put("only parameters", (p, x) -> p.mul(p));
    MIXING.put("mean", (p, x) -> x.sub(x.mean(0)).mul(p));
    MIXING.put("reversed", (p, x) -> x.reverse(0).mul(p));
    MIXING.put("kernel", (p, x) -> x.matmul(x.transpose()));
    MIXING.put("running sum", (p, x) -> x.cumsum(0).mul(p));
  }

  private static Value scan(Value p, Value x) {
    Value start = p.full(DType.F64, Shape.of(N, 3), 0);
    return Control.scan(
            start,
            p,
            (carry, row) -> {
              Value next = carry.add(x.mul(row)).tanh();
              return Control.Step.of(next, next);
            })
        .carry()
        .getFirst();
  }

  private static Value cond(Value p, Value x) {
    return Control.cond(p.sum().gt(0), () -> x.mul(p), () -> p.reverse(0));
  }

  static List<String> independent() {
    return List.copyOf(INDEPENDENT.keySet());
  }

  static List<String> mixing() {
    return List.copyOf(MIXING.keySet());
  }

  private static Program program(BiFunction<Value, Value, Value> fn) {
    Aval aval = Aval.of(DType.F64, N, 3);
    return Trace.program(List.of(aval, aval), in -> List.of(fn.apply(in.get(0), in.get(1))));
  }

  @ParameterizedTest
  @MethodSource("independent")
  void one_example_gives_its_row(String name) throws PerExample.Unsupported {
    Program p = program(Objects.requireNonNull(INDEPENDENT.get(name)));
    Independence independence = Independence.infer(p, 1);
    assertTrue(independence.holds(), independence.reason());
    PerExample single = PerExample.of(p, independence.inputs(), N);
    RandomKey key = RandomKey.of(7);
    Tensor params = key.fold(1).normal(DType.F64, Shape.of(N, 3));
    Tensor x = key.fold(2).normal(DType.F64, Shape.of(N, 3));
    double[] all = Evaluator.run(p, List.of(params, x)).getFirst().toDoubles();
    List<Double> rows = new ArrayList<>();
    for (long n = 0; n < N; n++) {
      Tensor number = Tensor.of(new long[] {n});
      List<Tensor> in = List.of(params, x.slice(n, n + 1), number.reshape(Shape.SCALAR));
      for (double y : Evaluator.run(single.program(), in).getFirst().toDoubles()) {
        rows.add(y);
      }
    }
    assertEquals(all.length, rows.size());
    for (int i = 0; i < all.length; i++) {
      assertEquals(all[i], rows.get(i), 1e-14 * Math.max(1, Math.abs(all[i])));
    }
  }

  @ParameterizedTest
  @MethodSource("mixing")
  void rows_that_mix_are_found(String name) {
    Program p = program(Objects.requireNonNull(MIXING.get(name)));
    assertFalse(Independence.infer(p, 1).holds());
  }

  @Test
  void the_first_equation_that_mixes_is_named() {
    Program p = program((w, x) -> x.mul(w).sum(0).mul(2).add(x));
    assertEquals(
        "equation 2, `reduce_sum[axes=[0]] c`, mixes them", Independence.infer(p, 1).reason());
  }

  @Test
  void a_graph_of_as_many_nodes_as_examples_is_no_example_axis() {
    Aval x = Aval.of(DType.F64, N, N, 3);
    Aval graph = Aval.of(DType.F64, N, N);
    Program p =
        Trace.program(
            List.of(Aval.of(DType.F64, 3, 2), x, graph),
            in -> List.of(in.get(2).matmul(in.get(1).matmul(in.get(0)))));
    Independence found = Independence.infer(p, 1);
    assertTrue(found.holds(), found.reason());
    assertEquals(
        List.of(ExampleAxis.NONE, new ExampleAxis.At(0), ExampleAxis.NONE), found.inputs());
  }
}
