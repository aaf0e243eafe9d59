package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.cuda.run.Policy;
import org.ntk4j.cuda.run.StepLibraries;
import org.ntk4j.cuda.run.StepPlans;
import org.ntk4j.cuda.text.Arithmetic;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.cuda.text.StepCode;
import org.ntk4j.cuda.text.StepPlan;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.epilogue.Epilogues;
import org.ntk4j.ir.schedule.Lowering;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.tests.cpu.Programs;

/// What a step takes is known before its kernels are printed.
class StepPlansTest {
  private static final int NETWORKS = 25;
  private static final int MOST_NUMBERS = 80;

  /// Prints all kernels of `p`; returns how many steps have scratch memory.
  private static int check(Program p) {
    int scratch = 0;
    for (Precision precision : List.of(Precision.FLOAT32, Precision.TF32X3)) {
      boolean deterministic = precision == Precision.FLOAT32;
      Schedule schedule = Epilogues.of(Lowering.lower(p), _ -> true);
      StepPlans plans =
          StepPlans.of(
              schedule, new Policy(Arithmetic.of(precision), deterministic), StepLibraries.NONE);
      for (Step step : plans.planned()) {
        StepPlan plan = plans.kernels(step);
        StepCode code = plan.print("k");
        boolean used =
            code.kernels().stream().anyMatch(k -> k.arguments().contains(StepCode.SCRATCH));
        assertEquals(used, plan.scratchBytes() > 0, step::toString);
        scratch += used ? 1 : 0;
      }
    }
    return scratch;
  }

  @Test
  void samples_of_all_primitives() {
    List<CudaPrimitivesTest.Subject> samples = CudaPrimitivesTest.samples();
    assertTrue(samples.size() > 100, () -> samples.size() + " samples");
    samples.forEach(s -> check(s.program()));
  }

  @Test
  void kernels_of_random_networks() {
    Random random = new Random(17);
    for (int network = 0; network < NETWORKS; network++) {
      List<Integer> numbers = new ArrayList<>();
      random.ints(random.nextInt(MOST_NUMBERS), 0, 1000).forEach(numbers::add);
      Programs.random(numbers).ifPresent(StepPlansTest::check);
    }
  }

  @Test
  void long_sums_are_cut() {
    Program sums =
        Trace.program(
            List.of(Aval.of(DType.F32, 24, 300_000), Aval.of(DType.F32, 300_000)),
            in ->
                List.of(
                    in.get(0).matmul(in.get(0).transpose()),
                    in.get(0).mul(in.get(1)).sum(1),
                    in.get(1).tanh().sum(0)));
    assertTrue(check(sums) >= 4);
  }
}
