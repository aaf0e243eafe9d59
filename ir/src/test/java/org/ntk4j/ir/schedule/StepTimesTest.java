package org.ntk4j.ir.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.pass.Passes;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;

class StepTimesTest {
  /// 1,000 operations a second, 100 bytes.
  private static final Rates RATES = new Rates(1000, 500, 1, 250, 1e9, 100, 1);

  private final StepTimes times = new StepTimes(RATES);

  private static Schedule schedule(Shape x, UnaryOperator<Value> f) {
    Tree<Aval> avals = Tree.of(new Aval(DType.F32, x));
    Program traced =
        Trace.program(
                avals, Tree.list(List.of()), (v, _) -> Tree.of(f.apply(v.leaves().getFirst())))
            .program();
    return Lowering.lower(Passes.standard().apply(traced));
  }

  private double least(Schedule s) {
    return s.steps().stream().mapToDouble(step -> times.least(step, s)).sum();
  }

  @Test
  void a_product_takes_two_operations_for_each_multiplication_and_half_of_them_if_symmetric() {
    Schedule square = schedule(Shape.of(64, 64), x -> x.matmul(x));
    assertEquals(List.of(StepKind.PRODUCTS), square.steps().stream().map(StepKind::of).toList());
    assertEquals(2.0 * 64 * 64 * 64 / 1000, least(square), 1e-9);
    Schedule gram = schedule(Shape.of(64, 16), x -> x.matmul(x.transpose()));
    assertEquals(64.0 * 65 * 16 / 1000, least(gram), 1e-9);
  }

  @Test
  void loops_move_what_they_read_and_write() {
    Schedule s = schedule(Shape.of(1000), x -> x.exp());
    assertEquals(List.of(StepKind.LOOPS), s.steps().stream().map(StepKind::of).toList());
    assertEquals(8000.0 / 100, least(s), 1e-9);
  }

  @Test
  void nothing_is_predicted_to_take_less_than_the_least() {
    Schedule s = schedule(Shape.of(4, 64, 64), x -> x.matmul(x).exp().sum(0));
    for (Step step : s.steps()) {
      assertTrue(times.seconds(step, s) >= times.least(step, s), () -> StepText.of(step));
    }
  }
}
