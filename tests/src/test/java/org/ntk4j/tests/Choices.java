package org.ntk4j.tests;

import java.util.List;

/// Decisions read off a list of numbers; when it ends, every decision is the first alternative.
///
/// Shorter lists and smaller numbers make simpler things, so a property test shrinks them well.
final class Choices {
  private final List<Integer> numbers;
  private int next;

  Choices(List<Integer> numbers) {
    this.numbers = List.copyOf(numbers);
  }

  /// A number in `0..bound-1`.
  int next(int bound) {
    int number = next < numbers.size() ? numbers.get(next) : 0;
    next++;
    return Math.floorMod(number, bound);
  }

  boolean flip() {
    return next(2) == 1;
  }

  <T> T of(List<T> alternatives) {
    return alternatives.get(next(alternatives.size()));
  }
}
