package org.ntk4j.ir.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.op.StopGradient;
import org.ntk4j.ir.schedule.Schedule.Buffer;

class DependentsTest {
  private static Step copy(int from, int to) {
    Aval aval = Aval.of(DType.F32, 1);
    return new Step.Evaluate(
        new StopGradient(), List.of(from), List.of(to), List.of(aval), List.of(aval));
  }

  @Test
  void a_step_serves_the_outputs_that_read_what_it_writes() {
    List<Buffer> buffers = Collections.nCopies(7, new Buffer.Bound(DType.F32, 1));
    Step shared = copy(0, 1);
    Step first = copy(1, 2);
    Step second = copy(1, 3);
    Step unused = copy(1, 6);
    Schedule schedule =
        new Schedule(
            buffers,
            List.of(0),
            List.of(4, 5),
            List.of(shared, first, second, unused, copy(2, 4), copy(3, 5)));
    assertEquals(
        List.of(Set.of(0, 1), Set.of(0), Set.of(1), Set.of(), Set.of(0), Set.of(1)),
        Dependents.of(schedule));
  }
}
