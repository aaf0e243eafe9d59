package org.ntk4j.tests;

import static org.ntk4j.tests.PrimitiveSamples.sample;
import static org.ntk4j.tests.Values.f64;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowSum;

/// Samples of products and sums.
final class LinearSamples {
  private LinearSamples() {}

  /// `[batch, feature, height, width]`, kernel `[out, in, height, width]`.
  private static final ConvDims CHANNELS_FIRST =
      new ConvDims(0, 1, List.of(2, 3), 1, 0, List.of(2, 3), 0, 1, List.of(2, 3));

  /// `[batch, height, width, feature]`, kernel `[height, width, in, out]`.
  private static final ConvDims CHANNELS_LAST =
      new ConvDims(0, 3, List.of(1, 2), 2, 3, List.of(0, 1), 0, 3, List.of(1, 2));

  private static final ConvDims LINE =
      new ConvDims(0, 2, List.of(1), 1, 2, List.of(0), 0, 2, List.of(1));

  /// Every axis elsewhere than usual.
  private static final ConvDims MIXED =
      new ConvDims(2, 0, List.of(3, 1), 3, 1, List.of(0, 2), 1, 3, List.of(2, 0));

  static List<Sample> all() {
    List<Sample> all = new ArrayList<>();
    contractions(all);
    sums(all);
    convolutions(all);
    return all;
  }

  private static void contractions(List<Sample> all) {
    all.add(
        sample(
            "matrices",
            contract(List.of(), List.of(), List.of(1), List.of(0)),
            f64(2, 3),
            f64(3, 4)));
    all.add(sample("dot", contract(List.of(), List.of(), List.of(0), List.of(0)), f64(3), f64(3)));
    all.add(sample("outer", contract(List.of(), List.of(), List.of(), List.of()), f64(2), f64(3)));
    all.add(
        sample(
            "batch",
            contract(List.of(0), List.of(2), List.of(2), List.of(0)),
            f64(2, 3, 4),
            f64(4, 5, 2)));
    all.add(
        sample(
            "crossed",
            contract(List.of(3, 0), List.of(1, 2), List.of(2, 1), List.of(0, 3)),
            f64(2, 3, 4, 5),
            f64(4, 5, 2, 3)));
    all.add(
        sample(
            "two contracted with free axes between",
            contract(List.of(), List.of(), List.of(0, 2), List.of(3, 1)),
            f64(2, 5, 3, 4),
            f64(6, 3, 1, 2)));
    all.add(
        sample(
            "elementwise", contract(List.of(0), List.of(0), List.of(), List.of()), f64(3), f64(3)));
    all.add(
        sample(
            "empty sum",
            contract(List.of(), List.of(), List.of(1), List.of(0)),
            f64(2, 0),
            f64(0, 3)));
  }

  private static Contract contract(
      List<Integer> lhsBatch, List<Integer> rhsBatch, List<Integer> lhs, List<Integer> rhs) {
    return new Contract(lhsBatch, rhsBatch, lhs, rhs);
  }

  private static void sums(List<Sample> all) {
    all.add(sample("one axis", new ReduceSum(List.of(1)), f64(2, 3, 4)));
    all.add(sample("two axes", new ReduceSum(List.of(0, 2)), f64(2, 3, 4)));
    all.add(sample("all", new ReduceSum(List.of(0, 1)), f64(2, 3)));
    all.add(sample("none", new ReduceSum(List.of()), f64(2, 3)));
    all.add(sample("empty", new ReduceSum(List.of(1)), f64(2, 0)));
    all.add(sample("", new CumSum(0, false), f64(4, 2)));
    all.add(sample("reverse", new CumSum(1, true), f64(2, 4)));
    all.add(sample("", new WindowSum(plain()), f64(2, 5)));
    all.add(sample("strided, padded", new WindowSum(padded()), f64(5, 6)));
    all.add(sample("dilated", new WindowSum(dilated()), f64(4, 5)));
    all.add(sample("cut", new WindowSum(cut()), f64(6, 3)));
  }

  static Window plain() {
    return new Window(
        List.of(1L, 2L),
        List.of(1L, 1L),
        List.of(0L, 0L),
        List.of(0L, 0L),
        List.of(1L, 1L),
        List.of(1L, 1L));
  }

  static Window padded() {
    return new Window(
        List.of(3L, 2L),
        List.of(2L, 3L),
        List.of(1L, 0L),
        List.of(1L, 2L),
        List.of(1L, 1L),
        List.of(1L, 1L));
  }

  static Window dilated() {
    return new Window(
        List.of(2L, 3L),
        List.of(1L, 2L),
        List.of(1L, 2L),
        List.of(0L, 1L),
        List.of(2L, 3L),
        List.of(3L, 2L));
  }

  private static Window cut() {
    return new Window(
        List.of(2L, 1L),
        List.of(2L, 1L),
        List.of(-1L, 0L),
        List.of(-1L, 1L),
        List.of(1L, 2L),
        List.of(1L, 1L));
  }

  private static void convolutions(List<Sample> all) {
    List<Long> one = List.of(1L, 1L);
    List<Long> zero = List.of(0L, 0L);
    all.add(
        sample(
            "channels first",
            new Conv(CHANNELS_FIRST, one, one, one, one, one, 1, 1),
            f64(2, 3, 4, 5),
            f64(4, 3, 3, 3)));
    all.add(
        sample(
            "channels last, strided",
            new Conv(CHANNELS_LAST, List.of(2L, 3L), zero, List.of(1L, 0L), one, one, 1, 1),
            f64(2, 6, 8, 3),
            f64(3, 2, 3, 2)));
    all.add(
        sample(
            "dilated both ways",
            new Conv(
                CHANNELS_LAST,
                List.of(2L, 1L),
                List.of(2L, 1L),
                List.of(1L, 3L),
                List.of(2L, 3L),
                List.of(3L, 2L),
                1,
                1),
            f64(1, 4, 3, 2),
            f64(2, 2, 2, 3)));
    all.add(
        sample(
            "cut",
            new Conv(
                CHANNELS_LAST, List.of(2L, 1L), List.of(-1L, 2L), List.of(1L, -2L), one, one, 1, 1),
            f64(2, 6, 5, 1),
            f64(2, 3, 1, 2)));
    all.add(
        sample(
            "line",
            new Conv(LINE, List.of(2L), List.of(1L), List.of(0L), List.of(1L), List.of(2L), 1, 1),
            f64(2, 7, 3),
            f64(3, 3, 2)));
    all.add(
        sample(
            "feature groups",
            new Conv(CHANNELS_LAST, List.of(2L, 1L), one, zero, one, List.of(1L, 2L), 2, 1),
            f64(2, 4, 5, 4),
            f64(2, 2, 2, 6)));
    all.add(
        sample(
            "depthwise",
            new Conv(CHANNELS_FIRST, one, zero, zero, one, one, 3, 1),
            f64(2, 3, 4, 4),
            f64(3, 1, 2, 2)));
    all.add(
        sample(
            "batch groups",
            new Conv(CHANNELS_LAST, List.of(1L, 2L), one, zero, List.of(2L, 1L), one, 1, 2),
            f64(4, 3, 4, 3),
            f64(2, 2, 3, 4)));
    all.add(
        sample(
            "mixed axes",
            new Conv(MIXED, List.of(1L, 2L), zero, List.of(0L, 1L), one, one, 1, 1),
            f64(3, 4, 2, 5),
            f64(2, 4, 3, 3)));
    all.add(
        sample(
            "mixed axes with groups",
            new Conv(MIXED, List.of(1L, 2L), zero, List.of(0L, 1L), one, one, 3, 1),
            f64(6, 4, 2, 5),
            f64(2, 3, 3, 2)));
    all.add(
        sample(
            "no features",
            new Conv(LINE, List.of(1L), List.of(0L), List.of(0L), List.of(1L), List.of(1L), 1, 1),
            f64(2, 4, 0),
            f64(2, 0, 3)));
  }
}
