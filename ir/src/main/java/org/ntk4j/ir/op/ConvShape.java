package org.ntk4j.ir.op;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// Shape rule of [Conv].
final class ConvShape {
  private static final int SPATIAL_MAX = 3;

  private ConvShape() {}

  static List<Aval> of(Conv p, List<Aval> operands) {
    Check check = Check.of(p, operands);
    check.count(1, 2);
    Aval x = operands.get(0);
    Aval w = operands.get(1);
    check.that(
        x.dtype() == w.dtype() && x.dtype().isNumeric(),
        1,
        "expects two operands of one numeric dtype, got %s and %s",
        x.dtype(),
        w.dtype());
    checkDims(check, p.dims(), x.rank(), w.rank());
    checkLists(check, p);
    checkGroups(check, p, x, w);
    return List.of(x.withShape(result(p, x, w)));
  }

  private static void checkDims(Check check, ConvDims dims, int xRank, int wRank) {
    check.that(
        dims.spatial() <= SPATIAL_MAX,
        2,
        "%d spatial dimensions, at most %d are supported",
        dims.spatial(),
        SPATIAL_MAX);
    part(check, "x", dims.xBatch(), dims.xFeature(), dims.xSpatial(), xRank);
    part(check, "w", dims.wIn(), dims.wOut(), dims.wSpatial(), wRank);
    part(check, "y", dims.yBatch(), dims.yFeature(), dims.ySpatial(), dims.spatial() + 2);
  }

  private static void part(
      Check check, String of, int first, int second, List<Integer> spatial, int rank) {
    List<Integer> axes = Stream.concat(Stream.of(first, second), spatial.stream()).toList();
    check.that(
        Check.isPermutation(axes, rank),
        2,
        "axes %s of %s are not a permutation of the axes of rank %d",
        axes,
        of,
        rank);
  }

  private static void checkLists(Check check, Conv p) {
    int spatial = p.dims().spatial();
    check.perAxis(
        2, "wSpatial", p.dims().wSpatial().stream().map(Integer::longValue).toList(), spatial);
    check.perAxis(3, "strides", p.strides(), spatial);
    check.perAxis(3, "padLo", p.padLo(), spatial);
    check.perAxis(3, "padHi", p.padHi(), spatial);
    check.perAxis(3, "lhsDilation", p.lhsDilation(), spatial);
    check.perAxis(3, "rhsDilation", p.rhsDilation(), spatial);
    check.atLeastOne(4, "strides", p.strides());
    check.atLeastOne(4, "lhsDilation", p.lhsDilation());
    check.atLeastOne(4, "rhsDilation", p.rhsDilation());
  }

  private static void checkGroups(Check check, Conv p, Aval x, Aval w) {
    long features = p.featureGroups();
    long batches = p.batchGroups();
    check.that(
        features >= 1 && batches >= 1 && (features == 1 || batches == 1),
        5,
        "featureGroups %d and batchGroups %d are not both at least 1 and one of them 1",
        features,
        batches);
    long xFeature = x.dim(p.dims().xFeature());
    long wIn = w.dim(p.dims().wIn());
    long wOut = w.dim(p.dims().wOut());
    long batch = x.dim(p.dims().xBatch());
    check.that(
        xFeature == wIn * features,
        6,
        "x has %d features, w has %d input features times %d groups",
        xFeature,
        wIn,
        features);
    check.that(
        wOut % features == 0 && wOut % batches == 0,
        7,
        "%d output features are not divisible by %d groups",
        wOut,
        Math.max(features, batches));
    check.that(batch % batches == 0, 8, "batch %d is not divisible by %d groups", batch, batches);
  }

  private static Shape result(Conv p, Aval x, Aval w) {
    ConvDims dims = p.dims();
    List<Long> result = new ArrayList<>(Collections.nCopies(dims.spatial() + 2, 0L));
    result.set(dims.yBatch(), x.dim(dims.xBatch()) / p.batchGroups());
    result.set(dims.yFeature(), w.dim(dims.wOut()));
    for (int k = 0; k < dims.spatial(); k++) {
      long base = Window.dilated(x.dim(dims.xSpatial().get(k)), p.lhsDilation().get(k));
      long padded = base + p.padLo().get(k) + p.padHi().get(k);
      long window = Window.dilated(w.dim(dims.wSpatial().get(k)), p.rhsDilation().get(k));
      result.set(dims.ySpatial().get(k), Window.positions(padded, window, p.strides().get(k)));
    }
    return Shape.of(result);
  }
}
