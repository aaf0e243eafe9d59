package org.ntk4j.ir.pass;

import java.util.IdentityHashMap;
import java.util.List;
import org.ntk4j.ir.Program;

/// The passes one after the other, the whole sequence repeated until nothing changes.
///
/// The verifier runs after each pass that changed something.
///
/// @param rounds most often the sequence runs; rules that undo each other thus still end
public record Pipeline(String name, List<Pass> passes, int rounds) implements Pass {
  public Pipeline {
    passes = List.copyOf(passes);
    if (rounds < 1) {
      throw new IllegalArgumentException("a pipeline needs at least 1 round, got " + rounds);
    }
  }

  @Override
  public Program apply(Program p) {
    Run run = new Run();
    Program before = p;
    for (int round = 0; round < rounds; round++) {
      Program after = run.once(before);
      if (after == before) {
        return after;
      }
      before = after;
    }
    return before;
  }

  private final class Run {
    private final Verify verify = new Verify();

    /// For each pass the program that it left as it was last.
    private final IdentityHashMap<Pass, Program> settled = new IdentityHashMap<>();

    Program once(Program p) {
      Program current = p;
      for (Pass pass : passes) {
        if (settled.get(pass) == current) {
          continue;
        }
        Program next = pass.apply(current);
        if (next == current) {
          settled.put(pass, current);
        } else {
          verify.next(next, pass.name());
          current = next;
        }
      }
      return current;
    }
  }
}
