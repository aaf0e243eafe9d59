package org.ntk4j.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.ntk4j.autodiff.Derivatives;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.CustomDerivative;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;

/// Derivatives of traced functions: finite at the extremes, and right between them.
class DerivativeSafetyTest {
  private static Program program(UnaryOperator<Value> fn, long size) {
    return Trace.program(List.of(Aval.of(DType.F64, size)), in -> List.of(fn.apply(in.getFirst())));
  }

  /// `J 1` by the tangent rule.
  private static double[] tangents(UnaryOperator<Value> fn, double... x) {
    Program jvp = Derivatives.jvp(program(fn, x.length));
    Tensor ones = Tensor.fill(DType.F64, Shape.of(x.length), 1);
    return Evaluator.run(jvp, List.of(Tensor.of(x, x.length), ones)).get(1).toDoubles();
  }

  /// `Jᵀ 1` by the cotangent rule.
  private static double[] cotangents(UnaryOperator<Value> fn, double... x) {
    Program vjp = Derivatives.vjp(program(v -> fn.apply(v).sum(), x.length));
    return Evaluator.run(vjp, List.of(Tensor.of(x, x.length), Tensor.scalar(1))).get(1).toDoubles();
  }

  private static double[] evaluate(UnaryOperator<Value> fn, double[] x) {
    return Evaluator.run(program(fn, x.length), List.of(Tensor.of(x, x.length)))
        .getFirst()
        .toDoubles();
  }

  private static void finite(UnaryOperator<Value> fn, double... x) {
    assertTrue(
        Arrays.stream(tangents(fn, x)).allMatch(Double::isFinite),
        () -> Arrays.toString(tangents(fn, x)));
    assertTrue(
        Arrays.stream(cotangents(fn, x)).allMatch(Double::isFinite),
        () -> Arrays.toString(cotangents(fn, x)));
  }

  /// Central differences along `1`.
  private static void differences(UnaryOperator<Value> fn, double... x) {
    double h = 1e-5;
    double[] up = evaluate(fn, Arrays.stream(x).map(v -> v + h).toArray());
    double[] down = evaluate(fn, Arrays.stream(x).map(v -> v - h).toArray());
    double[] actual = tangents(fn, x);
    for (int i = 0; i < actual.length; i++) {
      assertEquals((up[i] - down[i]) / (2 * h), actual[i], 1e-8);
    }
  }

  @Test
  void elementwise_functions_agree_with_differences() {
    double[] x = {-4.2, -1.1, -0.2, 0.3, 1.4, 5.1};
    List<UnaryOperator<Value>> functions =
        List.of(
            Functions::relu,
            Functions::relu6,
            v -> Functions.leakyRelu(v, 0.1),
            v -> Functions.elu(v, 1.3),
            Functions::selu,
            Functions::gelu,
            Functions::geluTanh,
            Functions::silu,
            Functions::softplus,
            Functions::logLogistic,
            Functions::hardSigmoid,
            Functions::hardSwish,
            Functions::mish,
            v -> Functions.softmax(v.mul(v), -1),
            v -> Functions.logSoftmax(v.mul(v), -1),
            v -> Functions.logSumExpKeepDims(v.mul(v), -1),
            v -> Functions.standardize(v.mul(v), 1e-3, -1),
            v -> Functions.norm(v).expandDims(0),
            v -> v.clip(-1, 1),
            v -> v.mul(v).cumprod(0).mul(0.1));
    for (UnaryOperator<Value> fn : functions) {
      differences(fn, x);
    }
  }

  @Test
  void activations_are_safe_at_the_extremes() {
    double[] x = {-1e300, -1e4, -800, -40, 0, 40, 800, 1e4};
    for (UnaryOperator<Value> fn :
        List.<UnaryOperator<Value>>of(
            Functions::relu,
            Functions::relu6,
            v -> Functions.leakyRelu(v, 0.1),
            v -> Functions.elu(v, 1),
            Functions::selu,
            Functions::gelu,
            Functions::geluTanh,
            Functions::softplus,
            Functions::logLogistic,
            Functions::hardSigmoid,
            Functions::silu,
            Functions::mish,
            Value::logistic,
            Value::tanh,
            Value::erf)) {
      finite(fn, x);
    }
  }

  @Test
  void softmax_is_safe_at_the_extremes() {
    double inf = Double.POSITIVE_INFINITY;
    finite(v -> Functions.softmax(v, -1), 1e30, -1e30, 0);
    finite(v -> Functions.softmax(v, -1), 700, 710, -inf);
    finite(v -> Functions.logSoftmax(v, -1), 1e5, -1e5, 0);
    finite(Functions::logSumExp, 1e5, -1e5, -inf);
    finite(v -> Functions.norm(v).expandDims(0), 0, 0);
    finite(v -> Functions.norm(v).expandDims(0), 1e200, -1e250);
    finite(v -> Functions.standardize(v, 1e-6, -1), 3, 3, 3);
  }

  @Test
  void relu_has_derivative_0_at_0_and_max_shares_ties() {
    assertEquals(0, tangents(Functions::relu, 0)[0]);
    assertEquals(0, cotangents(Functions::relu, 0)[0]);
    assertEquals(0, tangents(Value::abs, 0)[0]);
    assertEquals(0.5, tangents(v -> v.maximum(0), 0)[0]);
    double[] shared = cotangents(v -> v.max().expandDims(0), 1, 1, 0);
    assertEquals(List.of(0.5, 0.5, 0.0), Arrays.stream(shared).boxed().toList());
  }

  @Test
  void closures_have_derivatives() {
    UnaryOperator<Value> fn =
        x -> {
          Value w = x.mul(0.3).sin();
          Value looped =
              Control.scan(
                      x.get(0, 0),
                      x,
                      (h, t) ->
                          Control.Step.of(
                              Control.cond(
                                  h.gt(0),
                                  () -> h.mul(w.get(0, 1)).add(t).tanh(),
                                  () -> h.add(w.get(0, 0)).sub(t)),
                              h))
                  .outputs()
                  .getFirst();
          return Control.checkpoint(looped, y -> y.mul(w).exp());
        };
    differences(fn, 0.7, -1.1, 0.4, 1.3);
    double[] x = {0.7, -1.1, 0.4, 1.3};
    double along = Arrays.stream(tangents(fn, x)).sum();
    assertEquals(along, Arrays.stream(cotangents(fn, x)).sum(), 1e-10);
  }

  @Test
  void custom_derivatives_are_used() {
    UnaryOperator<Value> jvp =
        v ->
            CustomDerivative.jvp(
                    List.of(v),
                    x -> List.of(x.getFirst().square()),
                    (x, xDot) -> List.of(x.getFirst().mul(xDot.getFirst()).mul(100)))
                .getFirst();
    assertEquals(300, tangents(jvp, 3)[0]);
    assertEquals(300, cotangents(jvp, 3)[0]);
    UnaryOperator<Value> vjp =
        v ->
            CustomDerivative.vjp(
                    List.of(v),
                    x -> List.of(x.getFirst().square()),
                    x -> new CustomDerivative.Forward(List.of(x.getFirst().square()), x),
                    (r, yBar) -> List.of(r.getFirst().mul(yBar.getFirst()).mul(100)))
                .getFirst();
    assertEquals(300, cotangents(vjp, 3)[0]);
  }
}
