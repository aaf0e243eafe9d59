package org.ntk4j.tests.cpu;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.tests.PrimitiveSamples;
import org.ntk4j.tests.Sample;

/// Every primitive's samples, compiled.
class CompiledPrimitivesTest {
  private static final long SEED = Long.getLong("ntk.seed", 7);

  static List<Sample> samples() {
    return PrimitiveSamples.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void the_compiled_primitive_is_the_evaluators(Sample s) {
    Compiled.assertEqualsEvaluator(s.program(), s.values(SEED));
  }
}
