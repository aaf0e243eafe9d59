package org.ntk4j.tests.cpu;

import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.eval.ProgramCache;

/// Runs a program as everybody does, compares with the evaluator, and prints what ran it.
final class EngineMain {
  private EngineMain() {}

  public static void main(String[] arguments) {
    Program p = Programs.recurrence(5, 3);
    List<Tensor> x = Programs.values(p, 1);
    Compiled.assertClose(p, Evaluator.run(p, x), ProgramCache.standard().run(p, x));
    System.out.println(ProgramCache.standard().engineName());
  }
}
