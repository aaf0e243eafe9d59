package org.ntk4j.ir.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.ir.trace.Traced.assertMessage;
import static org.ntk4j.ir.trace.Traced.assertTensor;
import static org.ntk4j.ir.trace.Traced.dims;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;

class CustomDerivativeTest {
  private static final Aval SCALAR = Aval.of(DType.F64);

  private static List<Value> cube(List<Value> in) {
    return List.of(in.getFirst().pow(3));
  }

  @Test
  void jvp_holds_the_function_and_its_tangents() {
    Program p =
        Trace.program(
            List.of(SCALAR),
            in ->
                CustomDerivative.jvp(
                    in,
                    CustomDerivativeTest::cube,
                    (x, xDot) -> List.of(x.getFirst().square().mul(3).mul(xDot.getFirst()))));
    assertTensor(Evaluator.run(p, List.of(Tensor.scalar(2))).getFirst(), dims(), 8);
    CustomJvp op = (CustomJvp) p.equations().getLast().op();
    List<Tensor> both = Evaluator.run(op.jvp(), List.of(Tensor.scalar(2), Tensor.scalar(0.5)));
    assertTensor(both.get(0), dims(), 8);
    assertTensor(both.get(1), dims(), 6);
  }

  @Test
  void integer_closures_become_arguments_without_tangent() {
    Program p =
        Trace.program(
            List.of(SCALAR, Aval.of(DType.I32)),
            in ->
                CustomDerivative.jvp(
                    List.of(in.getFirst()),
                    x -> List.of(x.getFirst().mul(in.get(1).cast(DType.F64))),
                    (_, xDot) -> List.of(xDot.getFirst().mul(in.get(1).cast(DType.F64)))));
    CustomJvp op = (CustomJvp) p.equations().getLast().op();
    List<Tensor> both =
        Evaluator.run(
            op.jvp(), List.of(Tensor.scalar(2), Tensor.of(new int[] {7}), Tensor.scalar(0.5)));
    assertTensor(both.get(0), dims(), 14);
    assertTensor(both.get(1), dims(), 3.5);
    assertTensor(
        Evaluator.run(p, List.of(Tensor.scalar(2), Tensor.of(new int[] {7}))).getFirst(),
        dims(),
        14);
  }

  @Test
  void vjp_holds_both_halves() {
    Program p =
        Trace.program(
            List.of(SCALAR),
            in ->
                CustomDerivative.vjp(
                    in,
                    CustomDerivativeTest::cube,
                    x -> new CustomDerivative.Forward(cube(x), List.of(x.getFirst().square())),
                    (r, yBar) -> List.of(r.getFirst().mul(3).mul(yBar.getFirst()))));
    assertTensor(Evaluator.run(p, List.of(Tensor.scalar(2))).getFirst(), dims(), 8);
    CustomVjp op = (CustomVjp) p.equations().getLast().op();
    assertEquals(2, op.forward().outputs().size());
    assertTensor(
        Evaluator.run(op.backward(), List.of(Tensor.scalar(4), Tensor.scalar(0.5))).getFirst(),
        dims(),
        6);
  }

  @Test
  void floating_point_closures_are_an_error() {
    assertMessage(
        "custom_jvp: the function uses f64[] of the enclosing code; its derivative is not given, so"
            + " pass it as an argument",
        in ->
            CustomDerivative.jvp(
                    List.of(in.get(0)),
                    x -> List.of(x.getFirst().mul(in.get(1))),
                    (_, xDot) -> xDot)
                .getFirst(),
        Tensor.scalar(1),
        Tensor.scalar(2));
    assertMessage(
        "custom_vjp: the backward half uses a value of the enclosing code; pass it as a residual",
        in ->
            CustomDerivative.vjp(
                    List.of(in.get(0)),
                    x -> x,
                    x -> new CustomDerivative.Forward(x, List.of()),
                    (_, yBar) -> List.of(yBar.getFirst().mul(in.get(1))))
                .getFirst(),
        Tensor.scalar(1),
        Tensor.scalar(2));
  }
}
