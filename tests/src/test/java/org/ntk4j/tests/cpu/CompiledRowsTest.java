package org.ntk4j.tests.cpu;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.cpu.CompiledProgram;
import org.ntk4j.ir.Program;
import org.ntk4j.tests.Normalizations;

/// Normalizations, which are done row by row.
class CompiledRowsTest {
  static Stream<String> names() {
    return Normalizations.all(DType.F32, 16, 1).keySet().stream().sorted();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void rows_of_all_sizes_are_the_evaluators(DType dtype) {
    for (List<Long> size : List.of(List.of(16L, 1L), List.of(777L, 9L), List.of(33L, 500L))) {
      Map<String, Program> programs = Normalizations.all(dtype, size.get(0), size.get(1));
      for (Program p : programs.values()) {
        Compiled.assertEqualsEvaluator(p, Normalizations.values(p, 1));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void bits_do_not_depend_on_the_number_of_threads(String name) {
    Program p = Normalizations.all(DType.F32, 1003, 65).get(name);
    List<Tensor> x = Normalizations.values(p, 2);
    try (CompiledProgram one = Compiled.compiler().withThreads(1).compile(p)) {
      List<Tensor> expected = one.run(x);
      for (int threads : new int[] {2, 3, 8}) {
        try (CompiledProgram more = Compiled.compiler().withThreads(threads).compile(p)) {
          Compiled.assertSame(expected, more.run(x));
        }
      }
    }
  }
}
