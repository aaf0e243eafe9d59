package org.ntk4j.tests.cpu;

import java.util.List;
import java.util.Random;
import org.ntk4j.cpu.NativeLibrary;
import org.ntk4j.tests.PrimitiveSamples;
import org.ntk4j.tests.Sample;

/// Compares every primitive's samples and some random networks with the evaluator, and prints which
/// libraries compiled and ran them.
final class SamplesMain {
  private static final int NETWORKS = 100;

  private static final int CHOICES = 50;

  private SamplesMain() {}

  public static void main(String[] arguments) {
    long seed = Long.parseLong(arguments[0]);
    for (Sample s : PrimitiveSamples.all()) {
      Compiled.assertEqualsEvaluator(s.program(), s.values(seed));
    }
    Random random = new Random(seed);
    for (int k = 0; k < NETWORKS; k++) {
      List<Integer> numbers = random.ints(CHOICES, 0, 1000).boxed().toList();
      CompiledNetworkTest.check(numbers);
    }
    for (NativeLibrary library : NativeLibrary.all()) {
      System.out.println(library.name() + " " + library.version().orElse("none"));
    }
  }
}
