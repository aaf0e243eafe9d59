package org.ntk4j.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ntk4j.autodiff.Nets.f64;
import static org.ntk4j.autodiff.Nets.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;

/// Compositions of the transformations, against differences.
class DerivativesTest {
  private static List<Tensor> at(Program p) {
    return Differences.normal(p.inputAvals(), 5);
  }

  private static void check(Program p) {
    Differences.check(p, at(p));
  }

  @ParameterizedTest
  @EnumSource
  void first_derivatives(Nets net) {
    check(net.program());
  }

  @ParameterizedTest
  @EnumSource
  void derivatives_of_jvp(Nets net) {
    check(Derivatives.jvp(net.program()));
  }

  @ParameterizedTest
  @EnumSource
  void derivatives_of_vjp(Nets net) {
    check(Derivatives.vjp(net.program()));
  }

  @ParameterizedTest
  @EnumSource
  void third_derivatives(Nets net) {
    check(Derivatives.vjp(Derivatives.jvp(net.program())));
    check(Derivatives.jvp(Derivatives.vjp(net.program())));
  }

  @ParameterizedTest
  @EnumSource
  void both_halves_of_a_linearization_linearize(Nets net) {
    Linearized l = Linearize.of(net.program());
    check(l.primal());
    check(l.linear());
    check(Transpose.of(l.linear(), l.residuals()));
    Linearized again = Linearize.of(l.linear());
    check(again.primal());
    check(again.linear());
  }

  @ParameterizedTest
  @EnumSource
  void batches_of_derivatives_of_batches(Nets net) {
    Program p = batch(net.program(), 2);
    check(p);
    check(batch(Derivatives.vjp(p), 3));
    check(batch(Derivatives.jvp(p), 1));
  }

  private static Program batch(Program p, long size) {
    return Batch.all(p, size, Collections.nCopies(p.inputs().size(), true));
  }

  @ParameterizedTest
  @EnumSource
  void transposing_twice_is_the_same_map(Nets net) {
    Linearized l = Linearize.of(net.program());
    int r = l.residuals();
    Program twice = Transpose.of(Transpose.of(l.linear(), r), r);
    List<Tensor> in = at(l.linear());
    List<Tensor> expected = Evaluator.run(l.linear(), in);
    List<Tensor> actual = Evaluator.run(twice, in);
    for (int i = 0; i < expected.size(); i++) {
      Differences.assertClose(expected.get(i).toDoubles(), actual.get(i).toDoubles(), 1e-12);
    }
  }

  @ParameterizedTest
  @EnumSource
  void jacobians_by_both_modes_are_the_derivatives_along_the_axes(Nets net) {
    Program p = net.program();
    List<Tensor> x = at(p);
    List<Tensor> forward = Evaluator.run(Derivatives.jacobianForward(p), x);
    List<Tensor> reverse = Evaluator.run(Derivatives.jacobianReverse(p), x);
    assertEquals(p.outputs().size() * p.inputs().size(), forward.size());
    for (int i = 0; i < p.inputs().size(); i++) {
      int columns = (int) x.get(i).size();
      for (int c = 0; c < columns; c++) {
        List<Tensor> unit = new ArrayList<>();
        x.forEach(t -> unit.add(Tensor.zeros(t.dtype(), t.shape())));
        unit.get(i).setDouble(c, 1);
        List<double[]> expected = Differences.along(p, x, unit);
        for (int o = 0; o < expected.size(); o++) {
          int at = o * p.inputs().size() + i;
          assertEquals(
              p.outputs().get(o).aval().shape().concat(x.get(i).shape()), forward.get(at).shape());
          assertEquals(forward.get(at).shape(), reverse.get(at).shape());
          double[] column = column(forward.get(at), columns, c);
          Differences.assertClose(expected.get(o), column, 1e-6);
          Differences.assertClose(column, column(reverse.get(at), columns, c), 1e-12);
        }
      }
    }
  }

  private static double[] column(Tensor jacobian, int columns, int c) {
    return IntStream.range(0, (int) jacobian.size() / columns)
        .mapToDouble(row -> jacobian.getDouble((long) row * columns + c))
        .toArray();
  }

  private static Program scalar() {
    return program(
        (b, x) -> {
          Atom y = b.mul(b.sin(x.get(0)), b.exp(x.get(1)));
          return List.of(b.reduceSum(b.mul(y, x.get(0)), List.of(0)));
        },
        f64(3),
        f64(3));
  }

  @Test
  void hessian_vector_product_is_the_derivative_of_the_gradient() {
    Program p = scalar();
    List<Tensor> x = at(p);
    List<Tensor> v = Differences.normal(p.inputAvals(), 9);
    List<Tensor> product =
        Evaluator.run(Derivatives.hessianVectorProduct(p), Differences.concat(x, v));
    List<double[]> expected = Differences.along(Derivatives.gradient(p), x, v);
    assertEquals(2, product.size());
    for (int i = 0; i < 2; i++) {
      Differences.assertClose(expected.get(i), product.get(i).toDoubles(), 1e-7);
    }
  }

  @Test
  void the_gradient_of_a_vector_is_refused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Derivatives.gradient(Nets.SOFTMAX.program()));
    assertEquals(
        "a gradient needs one floating-point output of rank 0, got outputs [f64[2,3]]",
        e.getMessage());
  }

  @Test
  void taylor_of_a_polynomial_is_the_polynomial() {
    Program cube =
        program((b, x) -> List.of(b.mul(b.integerPow(x.get(0), 3), x.get(1))), f64(2), f64(2));
    List<Tensor> x = at(cube);
    List<Tensor> d = Differences.normal(cube.inputAvals(), 3);
    double[] expected = Evaluator.run(cube, Differences.moved(x, d, 1)).getFirst().toDoubles();
    for (int degree : new int[] {4, 5}) {
      Program series = Derivatives.taylor(cube, degree);
      double[] actual = Evaluator.run(series, Differences.concat(x, d)).getFirst().toDoubles();
      assertArrayEquals(expected, actual, 1e-12);
    }
  }

  @ParameterizedTest
  @EnumSource
  void the_error_of_taylor_falls_with_the_next_power_of_the_distance(Nets net) {
    Program p = net.program();
    List<Tensor> x = at(p);
    List<Tensor> d = Differences.normal(p.inputAvals(), 3);
    for (int degree = 0; degree <= 2; degree++) {
      Program series = Derivatives.taylor(p, degree);
      double far = taylorError(p, series, x, d, 2e-3);
      double near = taylorError(p, series, x, d, 1e-3);
      assertTrue(near <= far / Math.pow(2, degree + 0.7) + 1e-13, far + " then " + near);
    }
  }

  private static double taylorError(
      Program p, Program series, List<Tensor> x, List<Tensor> d, double distance) {
    List<Tensor> zero = d.stream().map(t -> Tensor.zeros(t.dtype(), t.shape())).toList();
    List<Tensor> in = Differences.concat(x, Differences.moved(zero, d, distance));
    List<Tensor> actual = Evaluator.run(series, in);
    List<Tensor> expected = Evaluator.run(p, Differences.moved(x, d, distance));
    double error = 0;
    for (int k = 0; k < expected.size(); k++) {
      for (long i = 0; i < expected.get(k).size(); i++) {
        error =
            Math.max(error, Math.abs(expected.get(k).getDouble(i) - actual.get(k).getDouble(i)));
      }
    }
    return error;
  }

  @Test
  void integers_have_no_tangents() {
    Program p =
        program(
            (b, x) ->
                List.of(
                    x.get(1), b.gather(x.get(0), x.get(1), 0, 0), b.argmax(x.get(0), 0, DType.I32)),
            f64(4),
            Aval.of(DType.I32, 2));
    Program jvp = Derivatives.jvp(p);
    assertEquals(List.of(f64(4), Aval.of(DType.I32, 2), f64(4)), jvp.inputAvals());
    assertEquals(
        List.of(Aval.of(DType.I32, 2), f64(2), Aval.of(DType.I32), f64(2)), jvp.outputAvals());
    Program vjp = Derivatives.vjp(p);
    assertEquals(List.of(f64(4), Aval.of(DType.I32, 2), f64(2)), vjp.inputAvals());
    assertEquals(
        List.of(Aval.of(DType.I32, 2), f64(2), Aval.of(DType.I32), f64(4)), vjp.outputAvals());
  }

  @Test
  void only_active_inputs_have_tangents() {
    Program p = Nets.SHARED.program();
    Program jvp = Derivatives.jvp(p, List.of(false, true));
    assertEquals(List.of(f64(2, 3), f64(3, 3), f64(3, 3)), jvp.inputAvals());
    List<Tensor> x = at(p);
    Tensor wDot = Differences.normal(List.of(f64(3, 3)), 8).getFirst();
    List<Tensor> out = Evaluator.run(jvp, Differences.concat(x, List.of(wDot)));
    List<Tensor> xDot = List.of(Tensor.zeros(DType.F64, x.getFirst().shape()), wDot);
    List<double[]> expected = Differences.along(p, x, xDot);
    Differences.assertClose(expected.getFirst(), out.get(2).toDoubles(), 1e-7);
  }
}
