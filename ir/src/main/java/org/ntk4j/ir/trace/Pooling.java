package org.ntk4j.ir.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.ntk4j.ir.op.Extremum;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowExtremum;
import org.ntk4j.ir.op.WindowSum;

/// Sliding windows being described; every method returns a changed copy, `sum()`, `mean()`, `max()`
/// and `min()` record them.
///
/// By default the operand is `[batch, spatial.., channel]`, strides are 1 and the padding is
/// `VALID`.
public final class Pooling {
  private final Value x;
  private final List<Long> window;
  private final List<Long> strides;
  private final Padding padding;
  private final int first;

  private Pooling(Value x, List<Long> window, List<Long> strides, Padding padding, int first) {
    this.x = x;
    this.window = window;
    this.strides = strides;
    this.padding = padding;
    this.first = first;
  }

  static Pooling of(Value x, long... window) {
    List<Long> sizes = perAxis("window", window, x.rank() - 2);
    return new Pooling(x, sizes, Collections.nCopies(sizes.size(), 1L), Padding.VALID, 1);
  }

  private static List<Long> perAxis(String what, long[] numbers, int count) {
    if (numbers.length != count || Arrays.stream(numbers).anyMatch(s -> s < 1)) {
      throw new IllegalArgumentException(
          "pool: %s %s; %d positive numbers are needed"
              .formatted(what, Arrays.toString(numbers), count));
    }
    return Arrays.stream(numbers).boxed().toList();
  }

  /// With the operand `[batch, channel, spatial..]`.
  public Pooling channelsFirst() {
    return new Pooling(x, window, strides, padding, 2);
  }

  /// Steps of the windows, one for each spatial axis.
  public Pooling strides(long... steps) {
    return new Pooling(x, window, perAxis("strides", steps, window.size()), padding, first);
  }

  /// What lies beyond the border.
  public Pooling padding(Padding border) {
    return new Pooling(x, window, strides, border, first);
  }

  /// Sums; the padding counts as 0.
  public Value sum() {
    return Value.emit(new WindowSum(geometry()), operand());
  }

  /// Sums divided by the window size, wherever the window lies.
  public Value mean() {
    return sum().mul(1.0 / window.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b));
  }

  /// Means over the elements that lie within the operand.
  public Value meanWithin() {
    Value ones = x.like(1);
    Value counts = new Pooling(ones, window, strides, padding, first).sum();
    return sum().div(counts);
  }

  /// Largest elements; the padding never wins; ties share the derivative evenly.
  public Value max() {
    return Value.emit(new WindowExtremum(Extremum.MAX, geometry()), operand());
  }

  /// Smallest elements; the padding never wins; ties share the derivative evenly.
  public Value min() {
    return Value.emit(new WindowExtremum(Extremum.MIN, geometry()), operand());
  }

  private Padding.Explicit amounts() {
    List<Long> sizes = x.shape().dims().subList(first, first + window.size());
    return padding.amounts(sizes, window, strides);
  }

  private Value operand() {
    return padding instanceof Padding.Circular ? Padding.wrap(x, first, amounts()) : x;
  }

  private Window geometry() {
    Padding.Explicit amounts =
        padding instanceof Padding.Circular
            ? Padding.VALID.amounts(window, window, strides)
            : amounts();
    List<Long> ones = Collections.nCopies(x.rank(), 1L);
    return new Window(
        everyAxis(window, 1),
        everyAxis(strides, 1),
        everyAxis(amounts.lo(), 0),
        everyAxis(amounts.hi(), 0),
        ones,
        ones);
  }

  private List<Long> everyAxis(List<Long> spatial, long otherwise) {
    List<Long> all = new ArrayList<>(Collections.nCopies(x.rank(), otherwise));
    for (int k = 0; k < spatial.size(); k++) {
      all.set(first + k, spatial.get(k));
    }
    return all;
  }
}
