package org.ntk4j.cpu.loop;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ntk4j.cpu.loop.LoopPlan.Loop;

/// The loops within a piece, numbered from 1, outermost first. Level 0 is the piece: loops that are
/// cut into single iterations are there.
final class Levels {
  private final List<Loop> loops = new ArrayList<>();
  private final Map<Integer, Integer> levels = new HashMap<>();
  private final Map<Integer, String> variables = new HashMap<>();
  private final Map<Integer, String> lower = new HashMap<>();
  private final Map<Integer, String> upper = new HashMap<>();
  private int depth;

  Levels(LoopPlan plan) {
    for (Loop loop : plan.loops()) {
      if (loop.tile() == 1) {
        levels.put(loop.dimension(), 0);
      } else {
        loops.add(loop);
        levels.put(loop.dimension(), loops.size());
        range(loop.dimension(), "0", Long.toString(loop.extent()));
      }
    }
  }

  /// Number of loops.
  int count() {
    return loops.size();
  }

  /// The loop of `level`, which is at least 1.
  Loop loop(int level) {
    return loops.get(level - 1);
  }

  /// The level of dimension `d`.
  int of(int d) {
    return Objects.requireNonNull(levels.get(d), "bug: a dimension has no loop");
  }

  /// The innermost level of `dimensions`.
  int of(BitSet dimensions) {
    return dimensions.stream().map(this::of).max().orElse(0);
  }

  /// The level at which instructions are appended.
  int depth() {
    return depth;
  }

  void enter() {
    depth++;
  }

  void leave() {
    depth--;
  }

  /// The register of the loop variable of dimension `d`.
  String variable(int d) {
    return Objects.requireNonNull(variables.get(d), "bug: a loop has no variable");
  }

  void variable(int d, String register) {
    variables.put(d, register);
  }

  /// The first value of the variable of dimension `d` in the current piece.
  String lower(int d) {
    return Objects.requireNonNull(lower.get(d), "bug: a loop has no start");
  }

  /// The value after its last.
  String upper(int d) {
    return Objects.requireNonNull(upper.get(d), "bug: a loop has no end");
  }

  void range(int d, String from, String to) {
    lower.put(d, from);
    upper.put(d, to);
  }
}
