package org.ntk4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.text.Parser;

class CpuCompilerTest {
  private static final int SIZE = 1 << 20;

  private static final Program NEG =
      Parser.parse(
          """
          program(a:f32[%1$d]) {
            b:f32[%1$d] = neg a
            return b
          }
          """
              .formatted(SIZE));

  private final CpuCompiler compiler = CpuCompiler.find().orElseThrow();

  private static Set<Thread> threads() {
    return new HashSet<>(Thread.getAllStackTraces().keySet());
  }

  @Test
  void threads_of_a_programs_own_end_when_it_is_closed() throws InterruptedException {
    Set<Thread> before = threads();
    Set<Thread> own;
    try (CompiledProgram compiled = compiler.withThreads(3).compile(NEG)) {
      compiled.run(List.of(Tensor.zeros(DType.F32, Shape.of(SIZE))));
      own = threads();
    }
    own.removeAll(before);
    own.removeIf(t -> !t.getName().startsWith("ntk4j-cpu-"));
    assertEquals(2, own.size());
    for (Thread t : own) {
      t.join(Duration.ofSeconds(30));
      assertFalse(t.isAlive(), t::getName);
    }
  }

  @Test
  void memory_is_that_of_the_compiled_program() {
    for (CpuCompiler each : List.of(compiler, compiler.withThreads(5))) {
      try (CompiledProgram compiled = each.compile(NEG)) {
        assertEquals(compiled.peakBytes(), each.peakBytes(NEG));
      }
    }
  }

  @Test
  void a_count_of_threads_below_1_is_refused() {
    assertThrows(IllegalArgumentException.class, () -> compiler.withThreads(0));
  }
}
