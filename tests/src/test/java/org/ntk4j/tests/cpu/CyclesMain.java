package org.ntk4j.tests.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.cpu.CompiledProgram;
import org.ntk4j.ir.Program;

/// Compiles, runs and closes a program again and again, in some rounds, and prints by how many
/// bytes the process has grown in the round in which it grew least: what leaks does so in every
/// round. Argument: how often in a round.
final class CyclesMain {
  private static final int PAGE_BYTES = 4096;

  private static final int ROUNDS = 3;

  private CyclesMain() {}

  public static void main(String[] arguments) throws IOException {
    int cycles = Integer.parseInt(arguments[0]);
    Program p = Programs.layers(64, 8);
    List<Tensor> x = Programs.values(p, 9);
    cycles(p, x, Math.max(100, cycles / 4));
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long before = residentBytes();
      cycles(p, x, cycles);
      least = Math.min(least, residentBytes() - before);
    }
    System.out.println(least);
  }

  private static void cycles(Program p, List<Tensor> x, int count) {
    for (int k = 0; k < count; k++) {
      try (CompiledProgram compiled = Compiled.compiler().compile(p);
          TensorScope scope = TensorScope.open()) {
        compiled.run(x, scope);
      }
    }
  }

  private static long residentBytes() throws IOException {
    String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
    return Long.parseLong(pages[1]) * PAGE_BYTES;
  }
}
