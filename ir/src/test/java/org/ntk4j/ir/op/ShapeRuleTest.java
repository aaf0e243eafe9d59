package org.ntk4j.ir.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.ntk4j.core.Tensor;

final class ShapeRuleTest {
  @TestFactory
  Stream<DynamicTest> results_have_the_expected_avals() {
    return OpSamples.all().stream()
        .map(s ->
            DynamicTest.dynamicTest(
                s.toString(), () -> assertEquals(s.results(), s.op().resultAvals(s.operands()))));
  }

  @Test
  void groups_name_operands_that_exist_once() {
    for (OpSamples.Sample s : OpSamples.all()) {
      if (s.op() instanceof Multilinear p) {
        int count = s.operands().size();
        for (List<Integer> group : p.linearIn(count)) {
          assertEquals(group.stream().distinct().filter(i -> i < count).toList(), group);
        }
      }
    }
  }

  @Test
  void lists_are_copied() {
    List<Integer> axes = new ArrayList<>(Arrays.asList(0, 1));
    ReduceSum p = new ReduceSum(axes);
    axes.clear();
    assertEquals(List.of(0, 1), p.axes());
  }

  @Test
  void reduced_axes_have_no_order() {
    assertEquals(new ReduceSum(List.of(1, 0)), new ReduceSum(List.of(0, 1)));
  }

  @Test
  void constants_are_equal_by_content() {
    Constant x = constant(1, Double.NaN);
    assertEquals(x, constant(1, Double.NaN));
    assertEquals(x.hashCode(), constant(1, Double.NaN).hashCode());
    assertNotEquals(x, constant(1, 2));
    assertNotEquals(constant(0.0), constant(-0.0));
    assertNotEquals(constant(1), new Constant(Tensor.of(new float[] {1}, 1)));
    assertNotEquals(constant(1), new Constant(Tensor.of(new double[] {1}, 1, 1)));
  }

  private static Constant constant(double... values) {
    return new Constant(Tensor.of(values, values.length));
  }
}
