package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ntk.Kernel;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.SampledAccuracy;

class SampledAccuracyTest {
  private static final NamedNetwork NET =
      NamedNetwork.one(
          "two layers",
          List.of(Shape.of(3, 8), Shape.of(8, 2)),
          Shape.of(3),
          (p, x) -> x.matmul(p.get(0)).tanh().matmul(p.get(1)));

  private static final Ntk NTK = Ntk.of(NET.network()).traceAxes().build();

  private static Tree<Tensor> narrow(Tree<Tensor> x) {
    return x.map(t -> t.to(DType.F32));
  }

  private static SampledAccuracy symmetric(Kernel kernel, Tree<Tensor> x, int count) {
    return SampledAccuracy.of(kernel, NTK, x, Optional.empty(), narrow(NET.params()), count);
  }

  @Test
  void a_kernel_in_f32_differs_by_its_rounding() {
    Tree<Tensor> x1 = narrow(NET.inputs(5, 9));
    Tree<Tensor> x2 = narrow(NET.inputs(6, 4));
    Kernel kernel = NTK.compute(x1, x2, narrow(NET.params()));
    SampledAccuracy found =
        SampledAccuracy.of(kernel, NTK, x1, Optional.of(x2), narrow(NET.params()), 5);
    assertEquals(5, found.rows());
    assertEquals(4, found.columns());
    assertTrue(found.difference() > 1e-9 && found.difference() < 1e-5, found::toString);
  }

  @Test
  void a_wrong_entry_between_examples_of_the_sample_is_seen() {
    Tree<Tensor> x = narrow(NET.inputs(5, 6));
    Kernel kernel = NTK.compute(x, narrow(NET.params()));
    Tensor values = kernel.values();
    long last = values.size() - 1; // Between example 5 and itself.
    double right = values.getDouble(last);
    values.setDouble(last, 100 * right);
    assertTrue(symmetric(kernel, x, 6).difference() > 1, "seen by all");
    assertTrue(symmetric(kernel, x, 3).difference() < 1e-5, "examples 0, 2, 4");
    values.setDouble(0, Double.NaN);
    assertEquals(Double.POSITIVE_INFINITY, symmetric(kernel, x, 3).difference());
  }

  @Test
  void a_kernel_without_axes_for_examples_is_refused() {
    Tree<Tensor> x = narrow(NET.inputs(5, 6));
    Ntk traced = Ntk.of(NET.network()).traceAxes(0).build();
    Kernel kernel = traced.compute(x, narrow(NET.params()));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> symmetric(kernel, x, 3));
    assertTrue(refused.getMessage().startsWith("the axes of the kernel are [a1, a1']; expected n"));
  }
}
