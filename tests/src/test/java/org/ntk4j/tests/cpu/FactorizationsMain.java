package org.ntk4j.tests.cpu;

import org.ntk4j.cpu.NativeLibrary;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.TriangularSolve;
import org.ntk4j.tests.PrimitiveSamples;
import org.ntk4j.tests.Sample;

/// Compares the samples of factorizations with the evaluator, and prints which libraries are here.
final class FactorizationsMain {
  private FactorizationsMain() {}

  public static void main(String[] arguments) {
    for (Sample s : PrimitiveSamples.all()) {
      if (s.op() instanceof Cholesky || s.op() instanceof TriangularSolve) {
        Compiled.assertEqualsEvaluator(s.program(), s.values(1));
      }
    }
    for (NativeLibrary library : NativeLibrary.all()) {
      System.out.println(library.name() + " " + library.version().orElse("none"));
    }
  }
}
