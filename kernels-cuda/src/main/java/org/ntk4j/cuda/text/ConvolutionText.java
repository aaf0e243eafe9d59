package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.schedule.View;
import org.ntk4j.ir.schedule.View.Digit;

/// Convolutions as kernels: products of the filter with patches of the image that are never stored.
///
/// Row `(n, p)` and summand `(t, f)` of the matrix of patches is feature `f` of image `n` where
/// position `p` and tap `t` read it, or 0 between and beyond its elements.
public final class ConvolutionText {
  /// Convolutions that one with a dilated image is taken apart into, at most.
  private static final int PHASES_MAX = 16;

  /// Products, those with the holes of a dilated image too, that make it worth it.
  private static final double WORTH_PHASES = 1 << 16;

  private final Conv op;
  private final View x;
  private final View w;
  private final View y;
  private final long groups;
  private final Axis group;
  private final Axis example;
  private final Axis feature;
  private final Axis output;

  private ConvolutionText(Conv op, View x, View w, View y) {
    ConvDims d = op.dims();
    this.op = op;
    this.x = x;
    this.w = w;
    this.y = y;
    this.groups = op.featureGroups() * op.batchGroups();
    this.group = new Axis("group", groups);
    this.example = new Axis("image", y.dim(d.yBatch()));
    this.feature = new Axis("feature", w.dim(d.wIn()));
    this.output = new Axis("output", y.dim(d.yFeature()) / groups);
  }

  /// The kernels of `y = op(x, w)`: slot 0 is the buffer of `x`, 1 of `w`, 2 of `y`.
  ///
  /// @param precision of `f32`; other dtypes are computed in themselves
  public static StepCode of(Conv op, View x, View w, View y, Precision precision, String name) {
    return plan(op, x, w, y, Arithmetic.of(precision)).print(name);
  }

  /// The same, not printed yet.
  public static StepPlan plan(Conv op, View x, View w, View y, Arithmetic arithmetic) {
    return StepPlan.of(
        new ConvolutionText(op, x, w, y)
            .contractions().stream().map(sum -> ContractionText.plan(sum, arithmetic)).toList());
  }

  private List<Contraction> contractions() {
    List<List<Window>> all = List.of(List.of());
    for (int d = 0; d < op.dims().spatial(); d++) {
      List<List<Window>> longer = new ArrayList<>();
      for (List<Window> outer : all) {
        for (Window window : windows(d)) {
          List<Window> each = new ArrayList<>(outer);
          each.add(window);
          longer.add(each);
        }
      }
      all = longer;
    }
    return all.stream().map(this::contraction).toList();
  }

  /// Positions and taps along one axis, so that `index` of them is what they read, times `divisor`.
  private record Window(
      Axis position, Affine output, Axis tap, Affine filter, Affine index, long divisor) {}

  private List<Window> windows(int d) {
    long dilation = op.lhsDilation().get(d);
    long phases = op.lhsDilation().stream().reduce(1L, Math::multiplyExact);
    if (dilation == 1 || phases > PHASES_MAX || products() < WORTH_PHASES) {
      return List.of(window(d, new Residues(0, 1), new Residues(0, 1), dilation));
    }
    long period = dilation / gcd(op.strides().get(d), dilation);
    List<Window> windows = new ArrayList<>();
    for (long p = 0; p < period; p++) {
      windows.add(window(d, new Residues(p, period), taps(d, p), 1));
    }
    return windows;
  }

  private double products() {
    double products = (double) feature.extent() * output.extent() * groups * example.extent();
    for (int d = 0; d < op.dims().spatial(); d++) {
      products *= y.dim(op.dims().ySpatial().get(d)) * w.dim(op.dims().wSpatial().get(d));
    }
    return products;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /// The numbers `first + period · index`.
  private record Residues(long first, long period) {
    static final long NONE = -1;

    Axis axis(String name, long size) {
      long count = first == NONE ? 0 : Math.max(0, Math.ceilDiv(size - first, period));
      return new Axis(name, count);
    }

    Affine of(Axis axis) {
      return Affine.of(first).plus(axis, period);
    }
  }

  /// The taps with which position `p` reads elements of a dilated image, and not between them.
  private Residues taps(int d, long p) {
    long dilation = op.lhsDilation().get(d);
    long period = dilation / gcd(op.rhsDilation().get(d), dilation);
    for (long t = 0; t < period; t++) {
      long at = op.strides().get(d) * p + op.rhsDilation().get(d) * t - op.padLo().get(d);
      if (at % dilation == 0) {
        return new Residues(t, period);
      }
    }
    return new Residues(Residues.NONE, period);
  }

  /// @param divisor 1 if positions and taps are chosen such that nothing between elements is read
  private Window window(int d, Residues positions, Residues taps, long divisor) {
    Axis p = positions.axis("at" + d, y.dim(op.dims().ySpatial().get(d)));
    Axis t = taps.axis("tap" + d, w.dim(op.dims().wSpatial().get(d)));
    long stride = op.strides().get(d);
    long spacing = op.rhsDilation().get(d);
    long first = stride * positions.first() + spacing * taps.first() - op.padLo().get(d);
    long unit = divisor == 1 ? op.lhsDilation().get(d) : 1;
    Affine index =
        Affine.of(first / unit)
            .plus(p, stride * positions.period() / unit)
            .plus(t, spacing * taps.period() / unit);
    return new Window(p, positions.of(p), t, taps.of(t), index, divisor);
  }

  private Contraction contraction(List<Window> windows) {
    List<Axis> rows = new ArrayList<>(List.of(example));
    List<Axis> inner = new ArrayList<>(List.of(feature));
    for (Window window : windows) {
      rows.add(window.position());
      inner.add(window.tap());
    }
    Place image = image(windows);
    Place filter = filter(windows);
    Place result = result(windows);
    Contraction sum =
        new Contraction(
            x.dtype(),
            several(List.of(group)),
            sorted(several(rows), Comparator.comparingLong(a -> Math.abs(result.stride(a)))),
            several(List.of(output)),
            sorted(several(inner), Comparator.comparingLong(a -> nearest(a, image, filter))),
            image,
            filter,
            result,
            1,
            false,
            List.of(0, 1, 2),
            Optional.empty());
    boolean transposed = isLess(result.step(sum.rows()), result.step(sum.columns()));
    return transposed ? sum.swapped() : sum;
  }

  /// Axes of one value are left out.
  private static List<Axis> several(List<Axis> axes) {
    return axes.stream().filter(axis -> axis.extent() != 1).toList();
  }

  /// The axes, the least of them last.
  private static List<Axis> sorted(List<Axis> axes, Comparator<Axis> order) {
    return axes.stream().sorted(order.reversed()).toList();
  }

  private static long nearest(Axis axis, Place image, Place filter) {
    long ofImage = Math.abs(image.stride(axis));
    long ofFilter = Math.abs(filter.stride(axis));
    return 2 * Math.min(ofImage, ofFilter) + (ofImage <= ofFilter ? 0 : 1);
  }

  private static boolean isLess(long step, long other) {
    return step != 0 && (other == 0 || Math.abs(step) < Math.abs(other));
  }

  private Place image(List<Window> windows) {
    ConvDims d = op.dims();
    Place.Builder place = new Place.Builder(x.offset());
    boolean batches = op.batchGroups() > 1;
    List<Digit> batch = x.axes().get(d.xBatch());
    List<Digit> features = x.axes().get(d.xFeature());
    if (batches) {
      addGrouped(place, batch, example);
      place.add(features, Affine.of(feature));
    } else {
      place.add(batch, Affine.of(example));
      addGrouped(place, features, feature);
    }
    for (int k = 0; k < windows.size(); k++) {
      Window window = windows.get(k);
      int axis = d.xSpatial().get(k);
      place.addChecked(x.axes().get(axis), window.index(), window.divisor(), x.dim(axis));
    }
    return place.place();
  }

  private Place filter(List<Window> windows) {
    ConvDims d = op.dims();
    Place.Builder place = new Place.Builder(w.offset());
    place.add(w.axes().get(d.wIn()), Affine.of(feature));
    addGrouped(place, w.axes().get(d.wOut()), output);
    for (int k = 0; k < windows.size(); k++) {
      place.add(w.axes().get(d.wSpatial().get(k)), windows.get(k).filter());
    }
    return place.place();
  }

  private Place result(List<Window> windows) {
    ConvDims d = op.dims();
    Place.Builder place = new Place.Builder(y.offset());
    place.add(y.axes().get(d.yBatch()), Affine.of(example));
    addGrouped(place, y.axes().get(d.yFeature()), output);
    for (int k = 0; k < windows.size(); k++) {
      place.add(y.axes().get(d.ySpatial().get(k)), windows.get(k).output());
    }
    return place.place();
  }

  /// Index `g · extent + own` of an axis that is cut into groups.
  private void addGrouped(Place.Builder place, List<Digit> digits, Axis own) {
    Optional<List<List<Digit>>> cut = cut(digits, own.extent());
    if (cut.isPresent()) {
      place.add(cut.get().getFirst(), Affine.of(group));
      place.add(cut.get().getLast(), Affine.of(own));
    } else {
      place.add(digits, Affine.of(own).plus(group, own.extent()));
    }
  }

  /// The digits of the high part of a number and those of its low part, of so many values; none if
  /// a digit would be in both.
  private static Optional<List<List<Digit>>> cut(List<Digit> digits, long lowExtent) {
    List<Digit> high = new ArrayList<>(digits);
    List<Digit> low = new ArrayList<>();
    long missing = lowExtent;
    while (missing > 1) {
      Digit d = high.removeLast();
      if (missing % d.extent() == 0) {
        low.addFirst(d);
        missing /= d.extent();
      } else if (d.extent() % missing == 0) {
        low.addFirst(new Digit(missing, d.stride()));
        high.add(new Digit(d.extent() / missing, d.stride() * missing));
        missing = 1;
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(List.of(high, low));
  }
}
