package org.ntk4j.ir.eval;

import java.util.Arrays;
import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.eval.LinearAlgebra.Sizes;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;

/// Convolution as matrix products: `y[r, o] = Σ_k patch[r, k] · kernel[o, k]`, where a row `r` is
/// an example and a position, and `k` is a tap and an input feature.
///
/// Patches are gathered a few slabs at a time; a slab is all rows with the same example and the
/// same position along the first spatial axis.
final class Convolution {
  /// Memory for patches.
  private static final long PATCH_BYTES = 1 << 24;

  private final Conv op;
  private final Invocation c;
  private final Tensor x;
  private final Tensor w;
  private final Tensor y;
  private final int spatial;
  private final long[] taps;
  private final long[] positions;
  private final long groups;
  private final long inputs;
  private final long outputs;
  private final long inner;
  private final long slabRows;

  Convolution(Conv op, Invocation c) {
    this.op = op;
    this.c = c;
    this.x = c.tensor(0);
    this.w = c.tensor(1);
    this.y = c.result();
    ConvDims d = op.dims();
    this.spatial = d.xSpatial().size();
    this.taps = d.wSpatial().stream().mapToLong(w.shape()::dim).toArray();
    this.positions = d.ySpatial().stream().mapToLong(y.shape()::dim).toArray();
    // At most one of the two counts is above 1.
    this.groups = op.featureGroups() * op.batchGroups();
    this.inputs = w.shape().dim(d.wIn());
    this.outputs = w.shape().dim(d.wOut()) / groups;
    this.inner = product(taps) * inputs;
    this.slabRows = spatial == 0 ? 1 : product(Arrays.copyOfRange(positions, 1, spatial));
  }

  /// Bytes of the patches, the kernel and the products that [#run] holds.
  static long scratchBytes(Conv op, Aval x, Aval w, Aval y) {
    ConvDims d = op.dims();
    long groups = op.featureGroups() * op.batchGroups();
    long inner = product(d.wSpatial().stream().mapToLong(w::dim).toArray()) * w.dim(d.wIn());
    long outputs = w.dim(d.wOut()) / groups;
    long rows = product(d.ySpatial().stream().skip(1).mapToLong(y::dim).toArray());
    if (y.size() == 0) {
      return 0;
    }
    long slabs = y.size() / (rows * groups * outputs);
    long atOnce = atOnce(slabs, rows * inner * x.dtype().sizeBytes());
    int size = x.dtype().sizeBytes();
    return Footprint.charged(atOnce * rows * inner * size)
        + Footprint.charged(outputs * inner * size)
        + Footprint.charged(atOnce * rows * outputs * size);
  }

  private static long atOnce(long slabs, long slabBytes) {
    return Math.clamp(PATCH_BYTES / Math.max(1, slabBytes), 1, slabs);
  }

  private static long product(long[] sizes) {
    return Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
  }

  void run() {
    if (y.size() == 0) {
      return;
    }
    long slabs = y.size() / (slabRows * groups * outputs);
    long atOnce = atOnce(slabs, slabRows * inner * x.dtype().sizeBytes());
    Tensor patches = c.temporary(x.dtype(), Shape.of(atOnce * slabRows, inner));
    Tensor kernel = c.temporary(x.dtype(), Shape.of(outputs, inner));
    Tensor products = c.temporary(x.dtype(), Shape.of(atOnce * slabRows, outputs));
    View rows = View.of(0, 0, inner, 1);
    for (long g = 0; g < groups; g++) {
      loadKernel(g, kernel);
      for (long first = 0; first < slabs; first += atOnce) {
        long count = Math.min(atOnce, slabs - first);
        loadSlabs(g, first, count, patches);
        Sizes sizes = new Sizes(1, count * slabRows, outputs, inner);
        Products.multiply(sizes, patches, rows, kernel, rows, products, View.of(0, 0, outputs, 1));
        storeSlabs(g, first, count, products);
      }
    }
  }

  /// Patches of slabs `first..first + count - 1`.
  private void loadSlabs(long g, long first, long count, Tensor patches) {
    long size = slabRows * inner;
    Parallel.ranges(
        count,
        size,
        List.of(x, patches),
        (from, to) -> {
          long bytes = size * x.dtype().sizeBytes();
          patches.segment().asSlice(from * bytes, (to - from) * bytes).fill((byte) 0);
          for (long s = from; s < to; s++) {
            loadSlab(g, first + s, patches, s * size);
          }
        });
  }

  private void storeSlabs(long g, long first, long count, Tensor products) {
    long size = slabRows * outputs;
    Parallel.ranges(
        count,
        size,
        List.of(products, y),
        (from, to) -> {
          for (long s = from; s < to; s++) {
            storeSlab(g, first + s, products, s * size);
          }
        });
  }

  /// `kernel[o, tap.., i]`, the output features of group `g`.
  private void loadKernel(long g, Tensor kernel) {
    ConvDims d = op.dims();
    int[] axes = axes(d.wOut(), d.wSpatial(), d.wIn());
    long[] dims = new long[spatial + 2];
    dims[0] = outputs;
    System.arraycopy(taps, 0, dims, 1, spatial);
    dims[spatial + 1] = inputs;
    View from = View.of(w.shape()).from(d.wOut(), g * outputs, 1).select(axes);
    Copies.copy(dims, w, from, kernel, View.of(Shape.of(dims)));
  }

  private static int[] axes(int first, List<Integer> middle, int last) {
    int[] axes = new int[middle.size() + 2];
    axes[0] = first;
    for (int k = 0; k < middle.size(); k++) {
      axes[k + 1] = middle.get(k);
    }
    axes[middle.size() + 1] = last;
    return axes;
  }

  /// The part of `x` that group `g` reads, as `[n, spatial.., i]`.
  private View source(long g) {
    ConvDims d = op.dims();
    View v = View.of(x.shape());
    if (op.featureGroups() > 1) {
      v = v.from(d.xFeature(), g * inputs, 1);
    } else {
      v = v.from(d.xBatch(), g * (x.shape().dim(d.xBatch()) / groups), 1);
    }
    return v.select(axes(d.xBatch(), d.xSpatial(), d.xFeature()));
  }

  /// Positions `from..from + n - 1` along `axis` that see an element with this tap.
  private Taps positionsOf(long tap, int axis, long from, long n) {
    long shift = op.rhsDilation().get(axis) * tap - op.padLo().get(axis);
    return Taps.of(from, n, op.strides().get(axis), shift, op.lhsDilation().get(axis), size(axis));
  }

  /// Taps along `axis` with which this position sees an element.
  private Taps tapsOf(long position, int axis) {
    long shift = op.strides().get(axis) * position - op.padLo().get(axis);
    long dilation = op.lhsDilation().get(axis);
    return Taps.of(0, taps[axis], op.rhsDilation().get(axis), shift, dilation, size(axis));
  }

  private long size(int axis) {
    return x.shape().dim(op.dims().xSpatial().get(axis));
  }

  /// `patches[start..] = [position.., tap.., i]` of one slab, where nothing but 0 was before: for
  /// each tap all positions at once, or for each position all taps, whichever are fewer copies.
  private void loadSlab(long g, long slab, Tensor patches, long start) {
    View from = source(g);
    long example = spatial == 0 ? slab : slab / positions[0];
    View at = from.plus(example * from.stride(0));
    long[] tapStrides = strides(taps, inputs);
    long[] rows = positions.clone();
    if (spatial > 0) {
      rows[0] = 1;
    }
    long[] rowStrides = strides(rows, inner);
    long row = spatial == 0 ? 0 : slab % positions[0];
    if (slabRows < product(taps)) {
      for (Walk p = walk(rows, rowStrides); p.more(); p.next()) {
        Taps[] seen = new Taps[spatial];
        for (int k = 0; k < spatial; k++) {
          seen[k] = tapsOf(k == 0 ? row : p.index(k), k);
        }
        load(at, seen, tapStrides, patches, start + p.second());
      }
    } else {
      for (Walk t = walk(taps, tapStrides); t.more(); t.next()) {
        Taps[] seen = new Taps[spatial];
        for (int k = 0; k < spatial; k++) {
          seen[k] = positionsOf(t.index(k), k, k == 0 ? row : 0, rows[k]);
        }
        load(at, seen, rowStrides, patches, start + t.second());
      }
    }
  }

  /// A walk whose second position moves by `strides`.
  private Walk walk(long[] dims, long[] strides) {
    return new Walk(dims, View.of(0, new long[spatial]), View.of(0, strides));
  }

  /// Copies the elements of the example at `from` that are seen to the rows or taps that see them,
  /// which are `strides` apart in the patches.
  private void load(View from, Taps[] seen, long[] strides, Tensor patches, long start) {
    long[] dims = new long[spatial + 1];
    long[] fromStrides = new long[spatial + 1];
    long[] toStrides = new long[spatial + 1];
    long source = from.offset();
    long target = start;
    for (int k = 0; k < spatial; k++) {
      dims[k] = seen[k].count();
      source += seen[k].source() * from.stride(k + 1);
      target += seen[k].first() * strides[k];
      fromStrides[k] = seen[k].sourceStep() * from.stride(k + 1);
      toStrides[k] = seen[k].step() * strides[k];
    }
    dims[spatial] = inputs;
    fromStrides[spatial] = from.stride(spatial + 1);
    toStrides[spatial] = 1;
    Copies.copy(dims, x, View.of(source, fromStrides), patches, View.of(target, toStrides));
  }

  /// Row-major strides of blocks of `unit` elements.
  private static long[] strides(long[] dims, long unit) {
    long[] strides = Shape.of(dims).strides();
    Arrays.setAll(strides, k -> strides[k] * unit);
    return strides;
  }

  /// `y[example, position.., o]` of one slab.
  private void storeSlab(long g, long slab, Tensor products, long start) {
    ConvDims d = op.dims();
    View to = View.of(y.shape()).from(d.yFeature(), g * outputs, 1);
    if (spatial > 0) {
      to = to.from(d.yBatch(), slab / positions[0], 1);
      to = to.from(d.ySpatial().getFirst(), slab % positions[0], 1);
    } else {
      to = to.from(d.yBatch(), slab, 1);
    }
    long[] dims = new long[spatial + 2];
    Arrays.fill(dims, 1);
    for (int k = 1; k < spatial; k++) {
      dims[k + 1] = positions[k];
    }
    dims[spatial + 1] = outputs;
    View all = to.select(axes(d.yBatch(), d.ySpatial(), d.yFeature()));
    Copies.copy(dims, products, View.of(Shape.of(dims)).plus(start), y, all);
  }
}
