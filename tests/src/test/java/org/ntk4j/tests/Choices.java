package org.ntk4j.tests;

import java.util.List;

/// Decisions read off a list of numbers; when it ends, every decision is the first alternative.
///
/// Shorter lists and smaller numbers make simpler things, so a property test shrinks them well.
public final class Choices {
  private final List<Integer> numbers;
  private int next;

  /// Decisions by `numbers`.
  public Choices(List<Integer> numbers) {
    this.numbers = List.copyOf(numbers);
  }

  /// A number in `0..bound-1`.
  public int next(int bound) {
    int number = next < numbers.size() ? numbers.get(next) : 0;
    next++;
    return Math.floorMod(number, bound);
  }

  /// `next(2)` as a boolean.
  public boolean flip() {
    return next(2) == 1;
  }

  /// One of the alternatives.
  public <T> T of(List<T> alternatives) {
    return alternatives.get(next(alternatives.size()));
  }
}
