package org.ntk4j.tests.cpu;

import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.ProgramCache;

/// Runs a program that is large enough for many threads, and prints the names of ours.
final class ThreadsMain {
  private ThreadsMain() {}

  public static void main(String[] arguments) {
    Program p = Programs.layers(300, 48);
    ProgramCache.standard().run(p, Programs.values(p, 1));
    System.out.println("ran by " + ProgramCache.standard().engineName());
    Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("ntk4j-cpu-"))
        .sorted()
        .forEach(System.out::println);
  }
}
