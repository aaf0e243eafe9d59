package org.ntk4j.ir.op;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Operand groups of [Multilinear#linearIn].
final class Groups {
  private Groups() {}

  /// One group: linear in these operands together.
  static List<List<Integer>> joint(Integer... operands) {
    return List.of(List.of(operands));
  }

  /// A group for each: linear in each of these operands while the others are held fixed.
  static List<List<Integer>> each(Integer... operands) {
    return Arrays.stream(operands).map(List::of).toList();
  }

  /// One group of all `count` operands.
  static List<List<Integer>> all(int count) {
    return List.of(IntStream.range(0, count).boxed().toList());
  }
}
