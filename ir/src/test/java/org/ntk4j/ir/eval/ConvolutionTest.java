package org.ntk4j.ir.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.ir.eval.Eval.assertDoubles;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.IrException;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;

class ConvolutionTest {
  @Test
  void conv_is_a_cross_correlation() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4}, 1, 4, 1);
    Tensor w = Tensor.of(new double[] {1, 10}, 2, 1, 1);
    assertDoubles(Eval.one(Conv.of(ConvDims.channelsLast(1)), x, w), 21, 32, 43);
  }

  @Test
  void conv_of_integers_is_exact() {
    Tensor x = Tensor.of(new long[] {Long.MAX_VALUE, 1}, 1, 2, 1);
    Tensor w = Tensor.of(new long[] {1, 1}, 2, 1, 1);
    Tensor y = Eval.one(Conv.of(ConvDims.channelsLast(1)), x, w);
    assertEquals(Long.MIN_VALUE, y.getLong(0));
  }

  @Test
  void random_convolutions_are_those_of_a_loop() {
    long seed = 7;
    Random random = new Random(seed);
    int compared = 0;
    for (int trial = 0; trial < 600; trial++) {
      int spatial = random.nextInt(4);
      Case c = Case.random(random, spatial);
      DType dtype =
          switch (trial % 3) {
            case 0 -> DType.F32;
            case 1 -> DType.F64;
            default -> DType.I32;
          };
      Tensor x = Eval.random(random, dtype, c.xDims);
      Tensor w = Eval.random(random, dtype, c.wDims);
      Tensor y;
      try {
        y = Eval.one(c.op, x, w);
      } catch (IrException e) {
        continue;
      }
      compared++;
      Tensor expected = naive(c.op, x, w, y);
      Eval.assertClose(expected, y, dtype == DType.F32 ? 1e-4 : 1e-10);
    }
    assertEquals(true, compared > 300, "seed " + seed + " gives too few valid convolutions");
  }

  /// A random convolution with its operand sizes.
  private static final class Case {
    final Conv op;
    final long[] xDims;
    final long[] wDims;

    private Case(Conv op, long[] xDims, long[] wDims) {
      this.op = op;
      this.xDims = xDims;
      this.wDims = wDims;
    }

    static Case random(Random random, int spatial) {
      List<Integer> xAxes = axes(random, spatial + 2);
      List<Integer> wAxes = axes(random, spatial + 2);
      List<Integer> yAxes = axes(random, spatial + 2);
      ConvDims dims =
          new ConvDims(
              xAxes.get(0),
              xAxes.get(1),
              xAxes.subList(2, spatial + 2),
              wAxes.get(0),
              wAxes.get(1),
              wAxes.subList(2, spatial + 2),
              yAxes.get(0),
              yAxes.get(1),
              yAxes.subList(2, spatial + 2));
      long features = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 1;
      long batches = features == 1 && random.nextInt(2) == 0 ? 1 + random.nextInt(3) : 1;
      Conv op =
          new Conv(
              dims,
              list(spatial, () -> 1 + random.nextInt(3)),
              list(spatial, () -> random.nextInt(4) - 1),
              list(spatial, () -> random.nextInt(4) - 1),
              list(spatial, () -> 1 + random.nextInt(3)),
              list(spatial, () -> 1 + random.nextInt(3)),
              features,
              batches);
      long inputs = 1 + random.nextInt(3);
      long[] xDims = new long[spatial + 2];
      long[] wDims = new long[spatial + 2];
      xDims[dims.xBatch()] = batches * (1 + random.nextInt(3));
      xDims[dims.xFeature()] = features * inputs;
      wDims[dims.wIn()] = inputs;
      wDims[dims.wOut()] = features * batches * (1 + random.nextInt(3));
      for (int k = 0; k < spatial; k++) {
        xDims[dims.xSpatial().get(k)] = random.nextInt(5);
        wDims[dims.wSpatial().get(k)] = 1 + random.nextInt(3);
      }
      return new Case(op, xDims, wDims);
    }

    private static List<Integer> axes(Random random, int n) {
      List<Integer> axes = new ArrayList<>(IntStream.range(0, n).boxed().toList());
      Collections.shuffle(axes, random);
      return axes;
    }

    private static List<Long> list(int n, LongSupplier s) {
      return Stream.generate(s::getAsLong).limit(n).toList();
    }
  }

  /// `y` by the definition, element by element.
  private static Tensor naive(Conv op, Tensor x, Tensor w, Tensor like) {
    ConvDims d = op.dims();
    Tensor y = Tensor.zeros(like.dtype(), like.shape());
    int spatial = d.xSpatial().size();
    long inputs = w.shape().dim(d.wIn());
    long outputs = w.shape().dim(d.wOut());
    long batches = like.shape().dim(d.yBatch());
    long[] taps = d.wSpatial().stream().mapToLong(w.shape()::dim).toArray();
    for (long flat = 0; flat < y.size(); flat++) {
      long[] p = index(y, flat);
      long o = p[d.yFeature()];
      long featureGroup = o / (outputs / op.featureGroups());
      long batchGroup = o / (outputs / op.batchGroups());
      double sum = 0;
      long tapCount = java.util.Arrays.stream(taps).reduce(1, (a, b) -> a * b);
      for (long tap = 0; tap < tapCount; tap++) {
        for (long i = 0; i < inputs; i++) {
          long[] xIndex = new long[spatial + 2];
          long[] wIndex = new long[spatial + 2];
          xIndex[d.xBatch()] = batchGroup * batches + p[d.yBatch()];
          xIndex[d.xFeature()] = featureGroup * inputs + i;
          wIndex[d.wIn()] = i;
          wIndex[d.wOut()] = o;
          boolean inside = true;
          long rest = tap;
          for (int k = spatial - 1; k >= 0; k--) {
            long t = rest % taps[k];
            rest /= taps[k];
            long at =
                op.strides().get(k) * p[d.ySpatial().get(k)]
                    + op.rhsDilation().get(k) * t
                    - op.padLo().get(k);
            long dilation = op.lhsDilation().get(k);
            inside &= at >= 0 && at % dilation == 0;
            inside &= at / dilation < x.shape().dim(d.xSpatial().get(k));
            xIndex[d.xSpatial().get(k)] = at / dilation;
            wIndex[d.wSpatial().get(k)] = t;
          }
          if (inside) {
            sum += x.getDouble(flat(x, xIndex)) * w.getDouble(flat(w, wIndex));
          }
        }
      }
      y.setDouble(flat, sum);
    }
    return y;
  }

  private static long[] index(Tensor x, long flat) {
    long[] strides = x.shape().strides();
    long[] index = new long[x.rank()];
    for (int k = 0; k < index.length; k++) {
      index[k] = flat / strides[k] % x.shape().dim(k);
    }
    return index;
  }

  private static long flat(Tensor x, long[] index) {
    long flat = 0;
    for (int k = 0; k < index.length; k++) {
      flat = flat * x.shape().dim(k) + index[k];
    }
    return flat;
  }
}
