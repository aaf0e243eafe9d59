package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.LogicFn;

/// An image seen through the affine map (window position, tap) → pixel of a convolution: `x̂[n,
/// p.., t.., g, c] = x[n, stride·p + dilation·t − pad, (g, c)]`, 0 outside the image.
///
/// It is stored as the image; its elements are copied only if a contraction asks for them.
///
/// @param x the image, in the layout of `conv`
/// @param kernel aval of the convolution's kernel
/// @param axes digits of `[batch, p.., t.., group, channel]`
record Patches(Atom x, Conv conv, Aval kernel, List<List<Index>> axes) implements Factor {
  Patches {
    axes = axes.stream().map(List::copyOf).toList();
  }

  /// Spatial dimensions.
  int spatial() {
    return conv.dims().xSpatial().size();
  }

  List<Index> batch() {
    return axes.getFirst();
  }

  /// Indices of the window positions.
  List<Index> positions() {
    return axes.subList(1, 1 + spatial()).stream().flatMap(List::stream).toList();
  }

  @Override
  public List<Index> indices() {
    return axes.stream().flatMap(List::stream).toList();
  }

  @Override
  public Patches rename(UnaryOperator<Index> names) {
    return new Patches(
        x, conv, kernel, axes.stream().map(a -> a.stream().map(names).toList()).toList());
  }

  @Override
  public Factor split(Builder b, Index index, List<Index> parts) {
    if (indices().contains(index) && parts.stream().anyMatch(indices()::contains)) {
      return dense(b).split(b, index, parts);
    }
    return new Patches(
        x,
        conv,
        kernel,
        axes.stream()
            .map(a -> a.stream().flatMap(i -> (i == index ? parts : List.of(i)).stream()).toList())
            .toList());
  }

  @Override
  public ContractionCost preparation(int elementBytes) {
    return ContractionCost.movement(Index.size(indices()), elementBytes);
  }

  @Override
  public Dense dense(Builder b) {
    int d = spatial();
    List<Integer> order = new ArrayList<>(List.of(conv.dims().xBatch()));
    order.addAll(conv.dims().xSpatial());
    order.add(conv.dims().xFeature());
    Atom image = b.transpose(x, order);
    long batch = image.aval().dim(0);
    long features = image.aval().dim(d + 1);
    long pixels = image.aval().shape().subShape(1, d + 1).size();
    Atom flat = b.reshape(image, Shape.of(batch, pixels, features));
    Atom patches = b.gather(flat, pixel(b), 1, 0);
    return new Dense(b.reshape(patches, Dense.shape(indices())), indices());
  }

  /// Row-major pixel of (position, tap), −1 outside the image: `i64[p.., t..]`.
  private Atom pixel(Builder b) {
    int d = spatial();
    Shape shape = Shape.of(axes.subList(1, 1 + 2 * d).stream().map(Index::size).toList());
    Aval aval = new Aval(DType.I64, shape);
    Atom pixel = b.fill(0, aval);
    Atom outside = b.fill(0, aval.withDType(DType.BOOL));
    for (int k = 0; k < d; k++) {
      long size = x.aval().dim(conv.dims().xSpatial().get(k));
      Atom p = b.mul(b.iota(shape, k, DType.I64), b.fill(conv.strides().get(k), aval));
      Atom t = b.mul(b.iota(shape, d + k, DType.I64), b.fill(conv.rhsDilation().get(k), aval));
      Atom at = b.sub(b.add(p, t), b.fill(conv.padLo().get(k), aval));
      Atom step = b.fill(conv.lhsDilation().get(k), aval);
      Atom row = b.binary(BinaryFn.DIV, at, step);
      Atom between = b.compare(Comparison.NE, b.mul(row, step), at);
      Atom low = b.compare(Comparison.LT, at, b.fill(0, aval));
      Atom high = b.compare(Comparison.GE, row, b.fill(size, aval));
      outside =
          b.logic(
              LogicFn.OR, outside, b.logic(LogicFn.OR, between, b.logic(LogicFn.OR, low, high)));
      pixel = b.add(b.mul(pixel, b.fill(size, aval)), row);
    }
    return b.select(outside, b.fill(-1, aval), pixel);
  }

  /// The digits of the kernel that the patches are contracted with, in the order of `dims`: taps,
  /// then group, then channel.
  List<List<Index>> taps() {
    int d = spatial();
    return IntStream.range(0, d).mapToObj(k -> axes.get(1 + d + k)).toList();
  }
}
