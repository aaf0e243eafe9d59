package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.text.ConvolutionText;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.cuda.text.StepCode;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.schedule.View;
import org.ntk4j.ir.schedule.View.Digit;

/// Kernels of convolutions, of arrays anywhere in memory, against the definition.
@Tag("standin")
@Tag("gpu")
class ConvolutionTextTest {
  private static final double UNTOUCHED = 77;

  @BeforeEach
  void start() {
    OnCard.start(18);
  }

  @Test
  void small_convolutions_of_any_kind_are_those_of_the_definition() {
    Random random = new Random(21);
    List<Case> cases = new ArrayList<>();
    while (cases.size() < 70) {
      DType dtype = List.of(DType.F32, DType.F64, DType.I32).get(cases.size() % 3);
      Case each = random(random, dtype, Precision.FLOAT32, 3, 5);
      if (isFull(each)) {
        cases.add(each);
      }
    }
    check(cases, random);
  }

  @Test
  void convolutions_of_many_channels_are_those_of_the_definition() {
    Random random = new Random(22);
    List<Precision> precisions = List.of(Precision.values());
    List<Case> cases = new ArrayList<>();
    while (cases.size() < 25) {
      Precision precision = precisions.get(cases.size() % precisions.size());
      Case each = random(random, DType.F32, precision, 30, 4);
      if (isFull(each) && work(each) < 4e6) {
        cases.add(each);
      }
    }
    check(cases, random);
  }

  @Test
  void layers_and_their_adjoints() {
    Random random = new Random(23);
    List<Long> two = List.of(2L, 2L);
    List<Long> one = List.of(1L, 1L);
    List<Long> none = List.of(0L, 0L);
    ConvDims last = ConvDims.channelsLast(2);
    Conv layer = Conv.of(last).withStrides(two).withPadding(one, one);
    // The result by the image: dilated, with the taps the other way round.
    Conv image = Conv.of(last).withPadding(one, two).withDilation(two, one);
    // The result by the filter: batch and features exchanged, the filter as large as an image.
    ConvDims exchanged =
        new ConvDims(3, 0, List.of(1, 2), 0, 3, List.of(1, 2), 2, 3, List.of(0, 1));
    Conv filter = Conv.of(exchanged).withPadding(one, none).withDilation(one, two);
    Conv features = layer.withGroups(2, 1);
    Conv batches = layer.withGroups(1, 2);
    List<Case> cases = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      cases.add(rowMajor(layer, precision, Shape.of(3, 12, 12, 16), Shape.of(3, 3, 16, 32)));
      cases.add(rowMajor(image, precision, Shape.of(3, 6, 6, 32), Shape.of(3, 3, 32, 16)));
      cases.add(rowMajor(filter, precision, Shape.of(3, 12, 12, 24), Shape.of(3, 6, 6, 32)));
      cases.add(rowMajor(features, precision, Shape.of(2, 6, 6, 16), Shape.of(3, 3, 8, 64)));
      cases.add(rowMajor(batches, precision, Shape.of(4, 6, 6, 8), Shape.of(3, 3, 8, 64)));
    }
    check(cases, random);
  }

  private record Case(Conv op, View x, View w, View y, Precision precision) {
    StepCode code(String name) {
      return ConvolutionText.of(op, x, w, y, precision, name);
    }
  }

  private static boolean isFull(Case c) {
    return Stream.of(c.x, c.w, c.y).allMatch(v -> count(v) > 0);
  }

  private static long count(View v) {
    return IntStream.range(0, v.rank()).mapToLong(v::dim).reduce(1, (a, b) -> a * b);
  }

  private static double work(Case c) {
    return (double) count(c.y) * count(c.w) / c.w.dim(c.op.dims().wOut());
  }

  private static Case rowMajor(Conv op, Precision precision, Shape x, Shape w) {
    Aval result =
        op.resultAvals(List.of(new Aval(DType.F32, x), new Aval(DType.F32, w))).getFirst();
    return new Case(
        op,
        View.rowMajor(0, DType.F32, x),
        View.rowMajor(1, DType.F32, w),
        View.rowMajor(2, DType.F32, result.shape()),
        precision);
  }

  /// @param channels features of a group, at most
  /// @param size of an axis in space, at most
  private static Case random(
      Random random, DType dtype, Precision precision, int channels, int size) {
    int spatial = random.nextInt(4);
    List<Integer> xAxes = axes(random, spatial + 2);
    List<Integer> wAxes = axes(random, spatial + 2);
    List<Integer> yAxes = axes(random, spatial + 2);
    List<Integer> space = IntStream.range(2, spatial + 2).boxed().toList();
    ConvDims dims =
        new ConvDims(
            xAxes.get(0),
            xAxes.get(1),
            space.stream().map(xAxes::get).toList(),
            wAxes.get(0),
            wAxes.get(1),
            space.stream().map(wAxes::get).toList(),
            yAxes.get(0),
            yAxes.get(1),
            space.stream().map(yAxes::get).toList());
    long features = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
    long batches = features == 1 && random.nextInt(2) == 0 ? 1 + random.nextInt(4) : 1;
    Conv op =
        new Conv(
            dims,
            list(spatial, () -> 1 + random.nextInt(3)),
            list(spatial, () -> random.nextInt(4) - 1),
            list(spatial, () -> random.nextInt(4)),
            list(spatial, () -> 1 + random.nextInt(3)),
            list(spatial, () -> 1 + random.nextInt(3)),
            features,
            batches);
    long inputs = 1L + random.nextInt(channels);
    Long[] x = new Long[spatial + 2];
    Long[] w = new Long[spatial + 2];
    x[dims.xBatch()] = batches * (1 + random.nextInt(4));
    x[dims.xFeature()] = features * inputs;
    w[dims.wIn()] = inputs;
    w[dims.wOut()] = features * batches * (1 + random.nextInt(channels));
    for (int k = 0; k < spatial; k++) {
      x[dims.xSpatial().get(k)] = 1L + random.nextInt(size);
      w[dims.wSpatial().get(k)] = 1L + random.nextInt(3);
    }
    Aval image = new Aval(dtype, Shape.of(List.of(x)));
    Aval filter = new Aval(dtype, Shape.of(List.of(w)));
    Aval result = op.resultAvals(List.of(image, filter)).getFirst();
    return new Case(
        op,
        view(random, 0, image, true),
        view(random, 1, filter, true),
        view(random, 2, result, false),
        precision);
  }

  private static List<Integer> axes(Random random, int n) {
    List<Integer> axes = new ArrayList<>(IntStream.range(0, n).boxed().toList());
    if (random.nextBoolean()) {
      Collections.shuffle(axes, random);
    }
    return axes;
  }

  private static List<Long> list(int n, LongSupplier s) {
    return Stream.generate(s::getAsLong).limit(n).toList();
  }

  /// Axes cut into digits, these in any order in memory, some of them backwards or, if they are
  /// only read, repeated.
  private static View view(Random random, int buffer, Aval aval, boolean isRead) {
    List<List<Long>> extents = new ArrayList<>();
    List<int[]> order = new ArrayList<>();
    for (int k = 0; k < aval.rank(); k++) {
      extents.add(digits(random, aval.shape().dim(k)));
      for (int d = 0; d < extents.get(k).size(); d++) {
        order.add(new int[] {k, d});
      }
    }
    if (random.nextBoolean()) {
      Collections.shuffle(order, random);
    }
    long[][] strides = new long[aval.rank()][];
    Arrays.setAll(strides, k -> new long[extents.get(k).size()]);
    long next = 1;
    long offset = random.nextInt(3) * 4L;
    for (int[] at : order.reversed()) {
      long extent = extents.get(at[0]).get(at[1]);
      boolean backwards = isRead && random.nextInt(8) == 0;
      boolean repeated = isRead && random.nextInt(16) == 0;
      strides[at[0]][at[1]] = repeated ? 0 : backwards ? -next : next;
      offset += backwards && !repeated ? (extent - 1) * next : 0;
      next = next * extent + (random.nextInt(6) == 0 ? 1 : 0);
    }
    List<List<Digit>> axes = new ArrayList<>();
    for (int k = 0; k < aval.rank(); k++) {
      List<Digit> axis = new ArrayList<>();
      for (int d = 0; d < extents.get(k).size(); d++) {
        axis.add(new Digit(extents.get(k).get(d), strides[k][d]));
      }
      axes.add(axis);
    }
    return new View(buffer, aval.dtype(), offset, axes);
  }

  private static List<Long> digits(Random random, long extent) {
    if (extent == 1) {
      return List.of();
    }
    for (long low : List.of(2L, 3L)) {
      if (extent > low && extent % low == 0 && random.nextInt(3) == 0) {
        return List.of(extent / low, low);
      }
    }
    return List.of(extent);
  }

  private static void check(List<Case> cases, Random random) {
    List<StepCode> codes = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      codes.add(cases.get(i).code("conv" + i));
    }
    try (TextRun run = new TextRun(codes)) {
      for (int i = 0; i < cases.size(); i++) {
        check(cases.get(i), codes.get(i), run, random);
      }
    }
  }

  private static void check(Case each, StepCode code, TextRun run, Random random) {
    List<Tensor> buffers = new ArrayList<>();
    for (View v : List.of(each.x, each.w, each.y)) {
      Tensor buffer = Tensor.zeros(v.dtype(), Shape.of(end(v)));
      for (long e = 0; e < buffer.size(); e++) {
        double value = v.dtype().isFloating() ? random.nextGaussian() : random.nextInt(9) - 4;
        ProductTextTest.set(buffer, e, v == each.y ? UNTOUCHED : value);
      }
      buffers.add(buffer);
    }
    Reference reference = new Reference(each, buffers.get(0), buffers.get(1));
    double[] expected = new double[Math.toIntExact(buffers.get(2).size())];
    Arrays.fill(expected, UNTOUCHED);
    double[] bound = new double[expected.length];
    reference.fill(expected, bound);
    run.run(code, buffers, random.nextInt(3) == 0 ? 8 : 0);
    for (int e = 0; e < expected.length; e++) {
      double found = ProductTextTest.get(buffers.get(2), e);
      assertTrue(
          Math.abs(found - expected[e]) <= bound[e],
          "element %d of %s is %s, expected %s within %s"
              .formatted(e, each, found, expected[e], bound[e]));
    }
  }

  private static long end(View v) {
    return 1
        + v.offset()
        + v.axes().stream()
            .flatMap(List::stream)
            .mapToLong(d -> Math.max(0, (d.extent() - 1) * d.stride()))
            .sum();
  }

  private static long at(View v, long[] index) {
    long at = v.offset();
    for (int k = 0; k < index.length; k++) {
      long rest = index[k];
      for (Digit d : v.axes().get(k).reversed()) {
        at += rest % d.extent() * d.stride();
        rest /= d.extent();
      }
    }
    return at;
  }

  /// The definition, element by element.
  private record Reference(Case of, Tensor x, Tensor w) {
    void fill(double[] expected, double[] bound) {
      long[] index = new long[of.y.rank()];
      for (long flat = 0; flat < count(of.y); flat++) {
        unflatten(flat, of.y, index);
        int to = Math.toIntExact(at(of.y, index));
        double[] sums = sums(index);
        expected[to] = sums[0];
        bound[to] = sums[1] * tolerance();
      }
    }

    private double tolerance() {
      return switch (of.x.dtype()) {
        case F32 ->
            switch (of.precision) {
              case FLOAT32, FLOAT64, TF32X3 -> 4e-6;
              case TF32 -> 2.5e-3;
              case BF16 -> 2e-2;
            };
        case F64 -> 1e-14;
        case I32, I64, BOOL -> 0;
      };
    }

    private static void unflatten(long flat, View v, long[] index) {
      long rest = flat;
      for (int k = v.rank() - 1; k >= 0; k--) {
        index[k] = rest % v.dim(k);
        rest /= v.dim(k);
      }
    }

    /// The sum, and that of absolute values.
    private double[] sums(long[] p) {
      ConvDims d = of.op.dims();
      long o = p[d.yFeature()];
      long outputs = of.w.dim(d.wOut());
      long inputs = of.w.dim(d.wIn());
      double[] sums = new double[2];
      long[] xIndex = new long[p.length];
      long[] wIndex = new long[p.length];
      xIndex[d.xBatch()] =
          o / (outputs / of.op.batchGroups()) * of.y.dim(d.yBatch()) + p[d.yBatch()];
      wIndex[d.wOut()] = o;
      long taps = d.wSpatial().stream().mapToLong(of.w::dim).reduce(1, Math::multiplyExact);
      for (long tap = 0; tap < taps; tap++) {
        if (!place(tap, p, xIndex, wIndex)) {
          continue;
        }
        for (long i = 0; i < inputs; i++) {
          xIndex[d.xFeature()] = o / (outputs / of.op.featureGroups()) * inputs + i;
          wIndex[d.wIn()] = i;
          double product =
              ProductTextTest.get(x, at(of.x, xIndex)) * ProductTextTest.get(w, at(of.w, wIndex));
          sums[0] += product;
          sums[1] += Math.abs(product);
        }
      }
      return sums;
    }

    /// Whether a tap reads an element; which one.
    private boolean place(long tap, long[] p, long[] xIndex, long[] wIndex) {
      ConvDims d = of.op.dims();
      long rest = tap;
      boolean inside = true;
      for (int k = d.spatial() - 1; k >= 0; k--) {
        long size = of.w.dim(d.wSpatial().get(k));
        long t = rest % size;
        rest /= size;
        long at =
            of.op.strides().get(k) * p[d.ySpatial().get(k)]
                + of.op.rhsDilation().get(k) * t
                - of.op.padLo().get(k);
        long dilation = of.op.lhsDilation().get(k);
        inside &= at >= 0 && at % dilation == 0;
        inside &= at / dilation < of.x.dim(d.xSpatial().get(k));
        xIndex[d.xSpatial().get(k)] = at / dilation;
        wIndex[d.wSpatial().get(k)] = t;
      }
      return inside;
    }
  }
}
