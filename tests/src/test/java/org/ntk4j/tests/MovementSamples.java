package org.ntk4j.tests;

import static org.ntk4j.tests.PrimitiveSamples.sample;
import static org.ntk4j.tests.Values.exactly;
import static org.ntk4j.tests.Values.f64;
import static org.ntk4j.tests.Values.ids;
import static org.ntk4j.tests.Values.operand;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Transpose;

/// Samples of the primitives that move elements.
final class MovementSamples {
  private MovementSamples() {}

  static List<Sample> all() {
    List<Sample> all = new ArrayList<>();
    shapes(all);
    slices(all);
    tables(all);
    return all;
  }

  private static void shapes(List<Sample> all) {
    all.add(sample("scalar", new Broadcast(Shape.of(2, 3), List.of()), f64()));
    all.add(sample("first", new Broadcast(Shape.of(2, 3, 4), List.of(0)), f64(2)));
    all.add(sample("around", new Broadcast(Shape.of(2, 3, 4), List.of(0, 2)), f64(2, 4)));
    all.add(sample("nothing", new Broadcast(Shape.of(2, 3), List.of(0, 1)), f64(2, 3)));
    all.add(sample("merge", new Reshape(Shape.of(6, 2)), f64(2, 3, 2)));
    all.add(sample("cut elsewhere", new Reshape(Shape.of(3, 4)), f64(2, 6)));
    all.add(sample("scalar", new Reshape(Shape.SCALAR), f64(1, 1)));
    all.add(sample("empty", new Reshape(Shape.of(0, 5)), f64(3, 0)));
    all.add(sample("", new Transpose(List.of(2, 0, 1)), f64(2, 3, 4)));
    all.add(sample("swap", new Transpose(List.of(1, 0)), f64(2, 3)));
    all.add(sample("", new Concatenate(1), f64(2, 3), f64(2, 1), f64(2, 2)));
    all.add(sample("with empty", new Concatenate(0), f64(2, 3), f64(0, 3)));
    all.add(sample("one", new Concatenate(0), f64(3)));
    all.add(sample("integer", new Concatenate(0), operand(DType.I32, 2), operand(DType.I32, 1)));
    all.add(sample("", new Reverse(List.of(0, 2)), f64(2, 3, 4)));
  }

  private static void slices(List<Sample> all) {
    List<Long> ones = List.of(1L, 1L);
    List<Long> zeros = List.of(0L, 0L);
    all.add(sample("", new Slice(List.of(1L, 0L), List.of(3L, 2L), ones), f64(4, 3)));
    all.add(
        sample("strided", new Slice(List.of(1L, 0L), List.of(6L, 5L), List.of(2L, 3L)), f64(7, 5)));
    all.add(sample("empty", new Slice(List.of(2L, 0L), List.of(2L, 3L), ones), f64(4, 3)));
    Shape block = Shape.of(2, 2);
    all.add(
        sample("inside", new DynamicSlice(block), f64(4, 3), exactly(DType.I32, List.of(1, 0), 2)));
    all.add(
        sample(
            "clamped", new DynamicSlice(block), f64(4, 3), exactly(DType.I64, List.of(9, -2), 2)));
    all.add(
        sample(
            "inside",
            new DynamicUpdateSlice(),
            f64(4, 3),
            f64(2, 2),
            exactly(DType.I32, List.of(1, 1), 2)));
    all.add(
        sample(
            "clamped",
            new DynamicUpdateSlice(),
            f64(4, 3),
            f64(2, 2),
            exactly(DType.I64, List.of(-1, 8), 2)));
    all.add(sample("", new Pad(List.of(1L, 0L), List.of(0L, 2L), zeros), f64(2, 3), f64()));
    all.add(
        sample(
            "interior",
            new Pad(List.of(1L, 0L), List.of(0L, 2L), List.of(2L, 1L)),
            f64(2, 3),
            f64()));
    all.add(
        sample(
            "negative",
            new Pad(List.of(-1L, 2L), List.of(1L, -2L), List.of(0L, 1L)),
            f64(3, 4),
            f64()));
    all.add(sample("empty", new Pad(List.of(1L), List.of(2L), List.of(3L)), f64(0), f64()));
  }

  private static void tables(List<Sample> all) {
    all.add(sample("rows", new Gather(0, 0), f64(5, 3), ids(DType.I32, 0, 5, 2, 4)));
    all.add(sample("one row", new Gather(0, 0), f64(5, 3), exactly(DType.I64, List.of(3))));
    all.add(sample("inner axis", new Gather(1, 0), f64(2, 5, 3), ids(DType.I64, 0, 5, 4)));
    all.add(
        sample(
            "out of range",
            new Gather(0, 0),
            f64(3, 2),
            exactly(DType.I32, List.of(2, -1, 3, 0), 4)));
    all.add(sample("batch", new Gather(2, 1), f64(2, 3, 4), ids(DType.I32, 0, 4, 2, 5)));
    all.add(sample("all batch", new Gather(1, 1), f64(3, 4), ids(DType.I32, 0, 4, 3, 2)));
    all.add(sample("rows", new ScatterAdd(0, 0, 5), ids(DType.I32, 0, 5, 2, 4), f64(2, 4, 3)));
    all.add(sample("inner axis", new ScatterAdd(1, 0, 5), ids(DType.I64, 0, 5, 4), f64(2, 4, 3)));
    all.add(
        sample(
            "out of range",
            new ScatterAdd(0, 0, 3),
            exactly(DType.I32, List.of(2, -1, 3, 2), 4),
            f64(4, 2)));
    all.add(sample("batch", new ScatterAdd(2, 1, 4), ids(DType.I32, 0, 4, 2, 5), f64(2, 3, 5)));
  }
}
