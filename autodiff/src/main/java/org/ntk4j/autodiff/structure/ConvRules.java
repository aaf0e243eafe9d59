package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.op.Window;

/// Rules of convolution: `y[n, p, (g, o)] = Σ_{t, c} x[n, stride·p + dilation·t − pad, (g, c)] w[t,
/// c, (g, o)]`.
final class ConvRules {
  private ConvRules() {}

  static Optional<IndexedMap> apply(
      Builder b, Conv conv, List<Atom> operands, int k, IndexedMap map) {
    if (conv.batchGroups() != 1 || map.isEmbedded()) {
      return Optional.empty();
    }
    return k == 1 ? kernel(b, conv, operands, map) : image(b, conv, operands, map);
  }

  /// A parameter as the kernel: the factor is the image, seen through (position, tap) → pixel.
  private static Optional<IndexedMap> kernel(
      Builder b, Conv conv, List<Atom> operands, IndexedMap map) {
    Atom x = operands.get(0);
    Aval w = operands.get(1).aval();
    ConvDims dims = conv.dims();
    Optional<Groups> split = Groups.of(b, map, dims.wOut(), conv.featureGroups());
    if (split.isEmpty()) {
      return Optional.empty();
    }
    IndexedMap grouped = split.get().map();
    Aval y = conv.resultAvals(operands.stream().map(Atom::aval).toList()).getFirst();
    List<List<Index>> yAxes = new ArrayList<>(Index.axes(y.shape().dims()));
    yAxes.set(dims.yFeature(), grouped.axis(dims.wOut()));

    List<List<Index>> patches = new ArrayList<>(List.of(yAxes.get(dims.yBatch())));
    dims.ySpatial().forEach(axis -> patches.add(yAxes.get(axis)));
    dims.wSpatial().forEach(axis -> patches.add(grouped.axis(axis)));
    patches.add(split.get().group());
    patches.add(grouped.axis(dims.wIn()));
    return Optional.of(
        grouped
            .with(new Patches(x, conv, w, patches))
            .withAxes(yAxes.stream().map(Axis::of).toList()));
  }

  /// A parameter as the image: the factors are the kernel and, per spatial axis, the small array
  /// that says which pixel a tap reads.
  private static Optional<IndexedMap> image(
      Builder b, Conv conv, List<Atom> operands, IndexedMap map) {
    ConvDims dims = conv.dims();
    Optional<Groups> split = Groups.of(b, map, dims.xFeature(), conv.featureGroups());
    if (split.isEmpty()) {
      return Optional.empty();
    }
    IndexedMap result = split.get().map();
    List<Index> group = split.get().group();
    Aval y = conv.resultAvals(operands.stream().map(Atom::aval).toList()).getFirst();
    Aval w = operands.get(1).aval();
    List<List<Index>> yAxes = new ArrayList<>(Index.axes(y.shape().dims()));
    List<List<Index>> wAxes = new ArrayList<>(Index.axes(w.shape().dims()));
    List<Index> out = Index.axis(w.dim(dims.wOut()) / conv.featureGroups());
    wAxes.set(dims.wIn(), split.get().within());
    wAxes.set(dims.wOut(), Dense.concat(group, out));
    yAxes.set(dims.yFeature(), Dense.concat(group, out));
    yAxes.set(dims.yBatch(), result.axis(dims.xBatch()));
    for (int k = 0; k < dims.xSpatial().size(); k++) {
      Atom taps =
          BandRules.taps(
              b,
              window(conv, w, k),
              0,
              y.dim(dims.ySpatial().get(k)),
              operands.get(0).aval().dim(dims.xSpatial().get(k)),
              w.dtype());
      List<List<Index>> axes =
          List.of(
              yAxes.get(dims.ySpatial().get(k)),
              wAxes.get(dims.wSpatial().get(k)),
              result.axis(dims.xSpatial().get(k)));
      result = result.timesArray(b, taps, axes);
    }
    return Optional.of(
        result
            .timesArray(b, operands.get(1), wAxes)
            .withAxes(yAxes.stream().map(Axis::of).toList())
            .summedOver(split.get().within()));
  }

  /// Spatial axis `k` of the convolution as a one-axis window.
  private static Window window(Conv conv, Aval w, int k) {
    return new Window(
        Collections.nCopies(1, w.dim(conv.dims().wSpatial().get(k))),
        List.of(conv.strides().get(k)),
        List.of(conv.padLo().get(k)),
        List.of(conv.padHi().get(k)),
        List.of(conv.lhsDilation().get(k)),
        List.of(conv.rhsDilation().get(k)));
  }

  /// A feature axis split into its group and the feature within.
  private record Groups(IndexedMap map, List<Index> group, List<Index> within) {
    static Optional<Groups> of(Builder b, IndexedMap map, int axis, long groups) {
      List<Index> digits = map.axis(axis);
      long size = Index.size(digits);
      if (size == 0) {
        return Optional.empty();
      }
      if (groups == 1) {
        return Optional.of(new Groups(map, List.of(), digits));
      }
      long rest = groups;
      for (int k = 0; k < digits.size(); k++) {
        if (rest == 1) {
          return Optional.of(
              new Groups(map, digits.subList(0, k), digits.subList(k, digits.size())));
        }
        Index digit = digits.get(k);
        if (digit.size() > rest && digit.size() % rest == 0) {
          List<Index> parts = List.of(new Index(rest), new Index(digit.size() / rest));
          return map.split(b, digit, parts).flatMap(m -> of(b, m, axis, groups));
        }
        if (rest % digit.size() != 0) {
          return Optional.empty();
        }
        rest /= digit.size();
      }
      return Optional.of(new Groups(map, digits, List.of()));
    }
  }
}
