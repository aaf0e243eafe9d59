package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.trace.Value;

/// Elements of a grid at places between its points.
///
/// Operands are `[n, channel, spatial..]`, places one `[n, m]` of unnormalized coordinates for each
/// spatial axis, results `[n, channel, m]`.
final class Interpolation {
  private static final double CUBIC = -0.75;

  private Interpolation() {}

  /// What an index beyond the grid reads, along one axis.
  @FunctionalInterface
  interface Border {
    /// An index within `0 .. size - 1`, or one that reads zero.
    Value index(Value index, long size);

    /// Reads zero.
    static Border zeros() {
      return (index, _) -> index;
    }
  }

  /// Weights of the neighbours that start at `floor(x) + first`.
  private record Taps(long first, List<Value> weights) {}

  /// Linear in every coordinate; zero beyond the grid.
  static Value linear(Value x, List<Value> places) {
    return linear(x, places, Collections.nCopies(places.size(), Border.zeros()));
  }

  /// Linear in every coordinate.
  static Value linear(Value x, List<Value> places, List<Border> borders) {
    return sum(x, places, borders, false);
  }

  /// Cubic in every coordinate.
  static Value cubic(Value x, List<Value> places, List<Border> borders) {
    return sum(x, places, borders, true);
  }

  /// The element at integer coordinates.
  static Value nearest(Value x, List<Value> places, List<Border> borders) {
    List<Value> indices = new ArrayList<>();
    for (int k = 0; k < places.size(); k++) {
      indices.add(borders.get(k).index(places.get(k), x.dim(2 + k)));
    }
    return read(x, indices);
  }

  private static Taps taps(Value t, boolean cubic) {
    if (!cubic) {
      return new Taps(0, List.of(t.subFrom(1), t));
    }
    Value u = t.subFrom(1);
    return new Taps(-1, List.of(outer(t.add(1)), inner(t), inner(u), outer(u.add(1))));
  }

  /// Keys' kernel at `|t| <= 1`.
  private static Value inner(Value t) {
    return t.mul(CUBIC + 2).sub(CUBIC + 3).mul(t).mul(t).add(1);
  }

  /// Keys' kernel at `1 < |t| < 2`.
  private static Value outer(Value t) {
    return t.mul(CUBIC).sub(5 * CUBIC).mul(t).add(8 * CUBIC).mul(t).sub(4 * CUBIC);
  }

  private static Value sum(Value x, List<Value> places, List<Border> borders, boolean cubic) {
    List<Value> floors = new ArrayList<>();
    List<Taps> taps = new ArrayList<>();
    for (Value place : places) {
      Value floor = place.floor();
      floors.add(floor);
      taps.add(taps(place.sub(floor), cubic));
    }
    return corner(x, borders, floors, taps, new ArrayList<>(), 0);
  }

  /// The weighted sum over the neighbours along axis `k` and the later ones.
  private static Value corner(
      Value x,
      List<Border> borders,
      List<Value> floors,
      List<Taps> taps,
      List<Value> chosen,
      int k) {
    if (k == floors.size()) {
      return read(x, chosen);
    }
    Value total = x.full(x.dtype(), Shape.of(x.dim(0), x.dim(1), floors.get(k).dim(1)), 0);
    for (int t = 0; t < taps.get(k).weights().size(); t++) {
      Value index = floors.get(k).add((double) (taps.get(k).first() + t));
      List<Value> next = new ArrayList<>(chosen);
      next.add(borders.get(k).index(index, x.dim(2 + k)));
      Value part = corner(x, borders, floors, taps, next, k + 1);
      total = total.add(part.mul(taps.get(k).weights().get(t).expandDims(1)));
    }
    return total;
  }

  /// `x` at integer coordinates `[n, m]`, zero beyond the grid.
  private static Value read(Value x, List<Value> indices) {
    long n = x.dim(0);
    long m = indices.getFirst().dim(1);
    Value flat = x.full(DType.I64, Shape.of(n, m), 0);
    Value inside = x.full(DType.BOOL, Shape.of(n, m), 1);
    for (int k = 0; k < indices.size(); k++) {
      long size = x.dim(2 + k);
      Value index = indices.get(k);
      inside = inside.and(index.ge(0)).and(index.le((double) size - 1));
      flat = flat.mul((double) size).add(index.clip(-1, size).cast(DType.I64));
    }
    Value ids = inside.where(flat, -1);
    Value rows = x.flattenFrom(2).swapAxes(1, 2);
    return Value.emit(new Gather(1, 1), rows, ids).swapAxes(1, 2);
  }
}
