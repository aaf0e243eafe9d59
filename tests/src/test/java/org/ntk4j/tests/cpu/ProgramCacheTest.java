package org.ntk4j.tests.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.cpu.CpuEngine;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.CompiledFunction;
import org.ntk4j.ir.eval.Engine;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.eval.ProgramCache;
import org.ntk4j.ir.eval.TimedStep;
import org.ntk4j.ir.schedule.Rates;
import org.ntk4j.ir.trace.Trace;

class ProgramCacheTest {
  /// The CPU engine with its compilations counted.
  private static final class Counting implements Engine {
    private final Engine engine = new CpuEngine();
    private final AtomicInteger compiled = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public boolean isAvailable() {
      return true;
    }

    @Override
    public CompiledFunction compile(Program p) {
      compiled.incrementAndGet();
      CompiledFunction f = engine.compile(p);
      return new CompiledFunction() {
        @Override
        public List<Tensor> run(List<Tensor> arguments) {
          return f.run(arguments);
        }

        @Override
        public List<Tensor> run(List<Tensor> arguments, TensorScope scope) {
          return f.run(arguments, scope);
        }

        @Override
        public List<TimedStep> profile(List<Tensor> arguments, Rates rates, int repetitions) {
          return f.profile(arguments, rates, repetitions);
        }

        @Override
        public long peakBytes() {
          return f.peakBytes();
        }

        @Override
        public void close() {
          closed.incrementAndGet();
          f.close();
        }
      };
    }

    @Override
    public long peakBytes(Program p) {
      return engine.peakBytes(p);
    }
  }

  private static void run(ProgramCache cache, Program p) {
    List<Tensor> x = Programs.values(p, 1);
    Compiled.assertClose(p, Evaluator.run(p, x), cache.run(p, x));
  }

  @Test
  void equal_programs_are_compiled_once() {
    var engine = new Counting();
    try (ProgramCache cache = new ProgramCache(Optional.of(engine), 4)) {
      run(cache, Programs.recurrence(4, 3));
      run(cache, Programs.recurrence(4, 3));
      assertEquals(1, engine.compiled.get());
      run(cache, Programs.recurrence(5, 3));
      assertEquals(2, engine.compiled.get());
    }
    assertEquals(2, engine.closed.get());
  }

  @Test
  void the_program_not_used_for_longest_is_closed() {
    var engine = new Counting();
    try (ProgramCache cache = new ProgramCache(Optional.of(engine), 2)) {
      run(cache, Programs.recurrence(2, 3));
      run(cache, Programs.recurrence(3, 3));
      run(cache, Programs.recurrence(2, 3));
      run(cache, Programs.recurrence(4, 3));
      assertEquals(2, cache.size());
      assertEquals(1, engine.closed.get());
      run(cache, Programs.recurrence(2, 3));
      assertEquals(3, engine.compiled.get());
    }
  }

  private static Program plus(Tensor constant) {
    return Trace.program(
        List.of(Aval.of(constant.dtype(), constant.shape().dim(0))),
        in -> List.of(in.getFirst().add(in.getFirst().constant(constant))));
  }

  /// Programs with equal constants are equal; those whose constants were released are of no use to
  /// others.
  @Test
  void a_constant_that_was_released_does_not_serve_an_equal_program() {
    var engine = new Counting();
    Tensor constant = Tensor.of(new double[] {1, 2, 3}, 3);
    try (ProgramCache cache = new ProgramCache(Optional.of(engine), 4)) {
      try (TensorScope scope = TensorScope.open()) {
        run(cache, plus(scope.copy(constant)));
        run(cache, plus(constant));
        assertEquals(1, engine.compiled.get());
      }
      run(cache, plus(constant));
      assertEquals(2, engine.compiled.get());
    }
  }

  @Test
  void without_an_engine_the_evaluator_runs() {
    Program p = Programs.recurrence(3, 2);
    List<Tensor> x = Programs.values(p, 1);
    try (ProgramCache cache = new ProgramCache(Optional.empty(), 2);
        TensorScope scope = TensorScope.open()) {
      assertEquals(Engine.INTERPRETER, cache.engineName());
      Compiled.assertSame(Evaluator.run(p, x), cache.run(p, x));
      Compiled.assertSame(Evaluator.run(p, x), cache.run(p, x, scope));
      assertEquals(0, cache.size());
    }
  }

  @Test
  void wrong_arguments_do_not_cost_the_program() {
    var engine = new Counting();
    Program p = Programs.recurrence(3, 2);
    try (ProgramCache cache = new ProgramCache(Optional.of(engine), 2)) {
      assertThrows(IllegalArgumentException.class, () -> cache.run(p, List.of()));
      run(cache, p);
      assertEquals(1, engine.compiled.get());
      assertTrue(cache.peakBytes(p) > 0);
    }
  }

  @Test
  void the_cpu_engine_is_found() {
    assertEquals("cpu", Engine.find().orElseThrow().name());
  }
}
