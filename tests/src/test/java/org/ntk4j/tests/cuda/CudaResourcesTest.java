package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.CudaProgram;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.tests.cpu.Compiled;
import org.ntk4j.tests.cpu.Programs;
import org.ntk4j.tests.cuda.StandIn.Count;

/// What programs hold on a card, and when they give it back: counted by the stand-in.
@Tag("standin")
class CudaResourcesTest {
  private final StandIn card = StandIn.require();

  @Test
  void the_second_run_is_captured_and_the_third_replayed() {
    Program p = CudaPrograms.layers();
    List<Tensor> x = Programs.values(p, 1);
    try (CudaProgram compiled = OnCard.compiler().compile(p)) {
      long graphs = card.count(Count.GRAPHS);
      long launches = card.count(Count.GRAPH_LAUNCHES);
      List<Tensor> played = compiled.run(x);
      assertEquals(graphs, card.count(Count.GRAPHS));
      for (int run = 1; run <= 3; run++) {
        Compiled.assertSame(played, compiled.run(x));
        assertEquals(graphs + 1, card.count(Count.GRAPHS), "one graph for the whole program");
        assertEquals(launches + run, card.count(Count.GRAPH_LAUNCHES));
      }
    }
  }

  @Test
  void constants_travel_once_and_are_shared_by_calls() {
    Tensor constant = Programs.values(CudaPrograms.layers(), 4).getFirst();
    Program p =
        Trace.program(
            List.of(Aval.of(DType.F32, 16, 2)),
            in -> List.of(in.getFirst().constant(constant).matmul(in.getFirst())));
    List<Tensor> x = Programs.values(p, 5);
    try (CudaProgram compiled = OnCard.compiler().compile(p)) {
      compiled.run(x);
      long copies = card.count(Count.COPIES_TO_DEVICE);
      compiled.run(x);
      assertEquals(copies + 1, card.count(Count.COPIES_TO_DEVICE), "the input");
    }
  }

  @Test
  void closing_leaves_nothing_behind() {
    OnCard.compiler(); // What belongs to the process is there from here on.
    Map<Count, Long> before = owned();
    List<Program> programs =
        List.of(
            CudaPrograms.layers(),
            CudaPrograms.halving(),
            CudaPrograms.choice(),
            CudaPrograms.recurrence(1000, false));
    for (Program p : programs) {
      try (CudaProgram compiled = OnCard.compiler().compile(p)) {
        List<Tensor> x = Programs.values(p, 7);
        compiled.run(x);
        compiled.run(x);
        compiled.run(x);
      }
    }
    assertEquals(before, owned());
  }

  /// What belongs to programs; memory is kept for the next one.
  private Map<Count, Long> owned() {
    Map<Count, Long> counts = new EnumMap<>(Count.class);
    for (Count c :
        List.of(Count.PINNED_BLOCKS, Count.STREAMS, Count.EVENTS, Count.MODULES, Count.GRAPHS)) {
      counts.put(c, card.count(c));
    }
    return counts;
  }
}
