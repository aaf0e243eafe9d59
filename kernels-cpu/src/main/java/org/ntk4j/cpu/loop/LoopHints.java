package org.ntk4j.cpu.loop;

import java.util.ArrayList;
import java.util.List;

/// What LLVM is told about loops, as metadata.
final class LoopHints {
  /// A vector has at most this many elements.
  private static final long LANES = 16;

  /// From here on, what remains after whole vectors does not matter.
  private static final long LONG = 8 * LANES;

  /// Loops up to this length need no vectors.
  private static final long TINY = 4;

  private static final int RESERVED = 1;

  private final List<String> nodes = new ArrayList<>();

  /// A loop that is to become its iterations, one after the other.
  String unrolled() {
    return node("!\"llvm.loop.unroll.full\"");
  }

  /// An innermost loop of `extent` iterations: it becomes vectors before anything else, with masks
  /// if it is short.
  String innermost(long extent) {
    if (extent <= TINY) {
      return "";
    }
    boolean masked = extent < LONG && extent % LANES != 0;
    return node(
        "!\"llvm.loop.unroll.disable\"",
        masked ? "!\"llvm.loop.vectorize.predicate.enable\", i1 true" : "");
  }

  private String node(String... properties) {
    int number = RESERVED + nodes.size();
    StringBuilder node = new StringBuilder("!" + number + " = distinct !{!" + number);
    for (String property : properties) {
      if (!property.isEmpty()) {
        node.append(", !{").append(property).append('}');
      }
    }
    nodes.add(node.append("}\n").toString());
    return ", !llvm.loop !" + number;
  }

  /// The nodes that were mentioned.
  String text() {
    return String.join("", nodes);
  }
}
