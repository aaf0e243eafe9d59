package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ntk4j.tests.KernelNetworks.normal;

import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.CustomDerivative;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Explanation;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkBuilder;

/// What structured derivatives say they pulled back, for a parameter in every construct; and that
/// the kernel is right all the same.
class FallbackTest {
  /// `y = f(w, x)` for `w: f64[3,3]`, `x: f64[n,3]`, and the primitives that are pulled back.
  record Use(String name, BiFunction<Value, Value, Value> f, List<String> fallbacks) {
    @Override
    public String toString() {
      return name;
    }

    Network network() {
      return (p, x) -> Tree.of(f.apply(p.value(), x.value()).tanh());
    }
  }

  static List<Use> uses() {
    return List.of(
        new Use("sort", (w, x) -> x.matmul(w.sort(0)), List.of()),
        new Use("twice the same", (w, x) -> x.matmul(w).add(x.matmul(w)), List.of()),
        new Use("max", (w, x) -> x.mul(w.max(0)), List.of()),
        new Use("cumprod", (w, x) -> x.matmul(w.tanh().cumprod(0, false)), List.of()),
        new Use("checkpoint", (w, x) -> Control.checkpoint(x, v -> v.matmul(w)), List.of()),
        new Use("scan", FallbackTest::scan, List.of()),
        new Use("custom jvp", FallbackTest::customJvp, List.of()),
        new Use("custom vjp", FallbackTest::customVjp, List.of()),
        new Use(
            "block update",
            (w, x) -> x.matmul(w.dynamicUpdateSlice(w.slice(0, 0, 1), start(x))),
            List.of("dynamic_update_slice")),
        new Use("cholesky", FallbackTest::cholesky, List.of("triangular_solve")),
        new Use("cond", FallbackTest::cond, List.of("cond")));
  }

  private static Value start(Value x) {
    return x.constant(Tensor.of(new long[] {1, 0}, 2));
  }

  private static Value scan(Value w, Value x) {
    return Control.scan(
            x.mul(0),
            x.reshape(1, x.dim(0), 3),
            (h, now) -> Control.Step.of(h.add(now).matmul(w).sin(), now))
        .carry()
        .getFirst();
  }

  private static Value customJvp(Value w, Value x) {
    return CustomDerivative.jvp(
            List.of(x.matmul(w)),
            in -> List.of(in.getFirst().abs()),
            (in, inDot) -> List.of(inDot.getFirst().mul(in.getFirst())))
        .getFirst();
  }

  /// `x w`, by a reverse derivative of its own.
  private static Value customVjp(Value w, Value x) {
    return CustomDerivative.vjp(
            List.of(x, w),
            in -> List.of(in.get(0).matmul(in.get(1))),
            in -> new CustomDerivative.Forward(List.of(in.get(0).matmul(in.get(1))), in),
            (in, yBar) ->
                List.of(
                    yBar.getFirst().matmul(in.get(1).transpose()),
                    in.get(0).transpose().matmul(yBar.getFirst())))
        .getFirst();
  }

  private static Value cholesky(Value w, Value x) {
    Value eye = x.iota(DType.I64, Shape.of(3, 3), 0).eq(x.iota(DType.I64, Shape.of(3, 3), 1));
    Value factor = w.matmul(w.transpose()).add(eye.cast(DType.F64)).cholesky();
    return x.matmul(factor);
  }

  private static Value cond(Value w, Value x) {
    Value positive = x.sum().gt(0);
    return Control.cond(positive, () -> x.matmul(w), () -> x.matmul(w.transpose()));
  }

  private static NtkBuilder structured(Use use) {
    return Ntk.of(use.network()).traceAxes().implementation(Implementation.STRUCTURED_DERIVATIVES);
  }

  @ParameterizedTest
  @MethodSource("uses")
  void the_plan_names_what_is_pulled_back(Use use) {
    Explanation e =
        structured(use)
            .build()
            .explain(
                Tree.of(Aval.of(DType.F64, 4, 3)),
                Tree.of(Aval.of(DType.F64, 2, 3)),
                Tree.of(Aval.of(DType.F64, 3, 3)));
    assertEquals(use.fallbacks(), e.plan().getFirst().fallbacks());
  }

  @ParameterizedTest
  @MethodSource("uses")
  void the_kernel_is_that_of_the_jacobians(Use use) {
    Tree<Tensor> w = Tree.of(normal(3, 3, 3));
    Tree<Tensor> x1 = Tree.of(normal(4, 4, 3));
    Tree<Tensor> x2 = Tree.of(normal(5, 2, 3));
    Tensor expected = BruteForce.ntk(use.network(), w, x1, x2, 0, List.of(), List.of());
    Tensor found = structured(use).build().compute(x1, x2, w).values();
    assertTrue(BruteForce.error(expected, found) < 1e-10);
  }
}
