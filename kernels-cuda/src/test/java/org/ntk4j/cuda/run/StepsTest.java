package org.ntk4j.cuda.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.cuda.text.Arithmetic;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.schedule.Lowering;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;

class StepsTest {
  private static final Policy POLICY = new Policy(Arithmetic.of(Precision.FLOAT32), true);

  /// Squares of a matrix, again and again: products of equal or of different sizes.
  private static Steps products(int count, boolean equal) {
    List<Aval> in = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long n = equal ? 8 : 8 + i;
      in.add(Aval.of(DType.F32, n, n));
    }
    Program p =
        Trace.program(in, x -> x.stream().map(v -> v.matmul(v)).map(Value.class::cast).toList());
    return printed(p);
  }

  private static Steps printed(Program p) {
    return Steps.of(StepPlans.of(Lowering.lower(p), POLICY, StepLibraries.NONE));
  }

  private static List<String> symbols(List<Steps.Unit> units) {
    return units.stream().flatMap(u -> u.symbols().stream()).toList();
  }

  @Test
  void kernels_that_do_the_same_are_one() {
    List<Steps.Unit> units = products(5, true).units(4);
    assertEquals(1, units.size());
    assertEquals(1, units.getFirst().symbols().size(), units::toString);
  }

  @Test
  void few_kernels_are_one_program_and_many_are_compiled_side_by_side() {
    assertEquals(1, products(10, false).units(4).size());
    List<Steps.Unit> units = products(40, false).units(4);
    assertEquals(4, units.size());
    Set<String> all = new HashSet<>(symbols(units));
    assertEquals(all.size(), symbols(units).size(), "no kernel is in two programs");
    for (Steps.Unit unit : units) {
      assertTrue(
          unit.symbols().stream().allMatch(name -> unit.source().contains(" " + name + "(")));
    }
  }

  @Test
  void a_program_without_kernels_needs_no_compiler() {
    Program p =
        Trace.program(List.of(Aval.of(DType.F32, 3, 3)), in -> List.of(in.getFirst().sort(0)));
    assertEquals(List.of(), printed(p).units(4));
  }
}
