package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.eval.Footprint;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Networks;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.tests.KernelNetworks.Case;

/// What the evaluator takes is what was predicted.
final class FootprintTest {
  static List<Sample> samples() {
    return PrimitiveSamples.all();
  }

  static List<Case> networks() {
    return KernelNetworks.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void no_primitive_takes_more_than_predicted(Sample sample) {
    long predicted = Footprint.peakBytes(sample.program());
    long measured = measured(sample.program(), sample.values(1));
    assertTrue(measured <= predicted, () -> measured + " bytes, predicted " + predicted);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void a_kernel_takes_what_is_predicted(Case c) {
    List<Tensor> arguments = new ArrayList<>(c.params().leaves());
    arguments.addAll(c.x1().leaves());
    arguments.addAll(c.x2().leaves());
    for (Implementation implementation : Implementation.values()) {
      Program p =
          Ntk.of(c.network())
              .implementation(implementation)
              .build()
              .program(Networks.avals(c.x1()), Networks.avals(c.x2()), Networks.avals(c.params()));
      assertEquals(Footprint.peakBytes(p), measured(p, arguments), implementation.name());
    }
  }

  private static long measured(Program p, List<Tensor> arguments) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> own = arguments.stream().map(scope::copy).toList();
      Evaluator.runWithin(p, own, scope);
      return scope.peakBytes();
    }
  }
}
