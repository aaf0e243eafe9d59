package org.ntk4j.tests;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.Extremum;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowExtremum;
import org.ntk4j.ir.op.WindowSum;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Steps of a random network that move, select or accumulate elements of one value.
final class RandomMoves {
  private RandomMoves() {}

  static Value transpose(Choices c, Value x) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
    if (c.flip()) {
      Collections.rotate(order, 1);
    } else {
      Collections.reverse(order);
    }
    return x.permute(order);
  }

  /// Merges two neighbouring axes, or splits one.
  static Value reshape(Choices c, Value x) {
    if (x.rank() == 0) {
      return x.reshape(1L, 1L);
    }
    int axis = c.next(x.rank());
    List<Long> dims = new ArrayList<>(x.shape().dims());
    if (c.flip() && axis + 1 < x.rank()) {
      dims.set(axis, dims.get(axis) * dims.remove(axis + 1));
    } else {
      long divisor = dims.get(axis) > 0 && dims.get(axis) % 2 == 0 ? 2 : 1;
      dims.set(axis, dims.get(axis) / divisor);
      dims.add(axis + c.next(2), divisor);
    }
    return x.reshape(Shape.of(dims));
  }

  /// The same shape, with the elements in the order of the transpose.
  static Value permutedReshape(Choices c, Value x) {
    return transpose(c, x).reshape(x.shape());
  }

  static Value slice(Choices c, Value x) {
    if (x.rank() == 0) {
      return x.mul(1.5);
    }
    int axis = c.next(x.rank());
    long size = x.shape().dim(axis);
    long start = size == 0 ? 0 : c.next((int) size);
    long limit = size - (size - start > 1 ? c.next(2) : 0);
    return c.next(5) == 4 && size > 0
        ? x.get(axis, start)
        : x.slice(axis, start, limit, 1 + c.next(2));
  }

  static Value sum(Choices c, Value x) {
    if (x.rank() == 0) {
      return x.sum();
    }
    int axis = c.next(x.rank());
    return c.flip() ? x.sum(axis) : x.sumKeepDims(axis);
  }

  static Value pad(Choices c, Value x) {
    if (x.rank() == 0) {
      return x.neg();
    }
    int axis = c.next(x.rank());
    List<Long> lo = RandomSteps.zeros(x.rank());
    List<Long> hi = RandomSteps.zeros(x.rank());
    List<Long> interior = RandomSteps.zeros(x.rank());
    boolean cuts = x.shape().dim(axis) >= 2;
    lo.set(axis, (long) c.next(3) - (cuts ? 1 : 0));
    hi.set(axis, (long) c.next(2));
    interior.set(axis, (long) c.next(2));
    return x.pad(lo, hi, interior, c.next(2));
  }

  static Value reverse(Choices c, Value x) {
    return x.rank() == 0 ? x : x.reverse(c.next(x.rank()));
  }

  static Value broadcast(Choices c, Value x) {
    Value wide = x.expandDims(0);
    List<Long> dims = new ArrayList<>(wide.shape().dims());
    dims.set(0, 1L + c.next(3));
    Value y = wide.broadcastTo(Shape.of(dims));
    return c.flip() ? y : y.moveAxis(0, -1);
  }

  static Value gather(Choices c, Value x) {
    if (x.rank() == 0) {
      return x.mul(2.0);
    }
    int axis = c.next(x.rank());
    int bound = (int) Math.max(1, x.shape().dim(axis));
    // One id in four is out of range.
    long[] ids =
        LongStream.range(0, 1 + c.next(4)).map(_ -> c.next(4) == 3 ? -1 : c.next(bound)).toArray();
    Value table = x.constant(Tensor.of(ids, ids.length));
    return x.gather(c.flip() && ids.length % 2 == 0 ? table.reshape(2L, -1L) : table, axis);
  }

  static Value scatter(Choices c, Value x) {
    if (x.rank() == 0) {
      return x.mul(2.0);
    }
    int axis = c.next(x.rank());
    long[] ids = LongStream.range(0, x.shape().dim(axis)).map(_ -> c.next(4)).toArray();
    return x.segmentSum(x.constant(Tensor.of(ids, ids.length)), axis, 3);
  }

  static Value dynamicSlice(Choices c, Value x) {
    if (x.rank() == 0) {
      return x.mul(2.0);
    }
    long[] start = new long[x.rank()];
    List<Long> sizes = new ArrayList<>();
    for (int k = 0; k < x.rank(); k++) {
      long size = x.shape().dim(k);
      start[k] = c.next(3);
      sizes.add(size > 1 ? size - c.next(2) : size);
    }
    Value at = x.constant(Tensor.of(start, start.length));
    return x.dynamicSlice(at, Shape.of(sizes));
  }

  static Value cumsum(Choices c, Value x) {
    return x.rank() == 0 ? x : x.cumsum(c.next(x.rank()), c.flip());
  }

  static Value cumprod(Choices c, Value x) {
    return x.rank() == 0 ? x : x.tanh().cumprod(c.next(x.rank()), c.flip());
  }

  static Value sort(Choices c, Value x) {
    return x.rank() == 0 ? x : x.sort(c.next(x.rank()), c.flip());
  }

  static Value extremum(Choices c, Value x) {
    if (x.rank() == 0 || x.shape().size() == 0) {
      return x.maximum(0.0);
    }
    int axis = c.next(x.rank());
    return switch (c.next(4)) {
      case 0 -> x.max(axis);
      case 1 -> x.minKeepDims(axis);
      case 2 -> x.cummax(axis);
      default -> x.prod(axis);
    };
  }

  static Value window(Choices c, Value x) {
    if (x.rank() == 0) {
      return x;
    }
    int axis = c.next(x.rank());
    if (x.shape().dim(axis) < 2) {
      return x.sumKeepDims(axis);
    }
    List<Long> size = RandomSteps.ones(x.rank());
    List<Long> strides = RandomSteps.ones(x.rank());
    size.set(axis, 2L);
    strides.set(axis, 1L + c.next(2));
    Window window =
        new Window(
            size,
            strides,
            RandomSteps.zeros(x.rank()),
            RandomSteps.zeros(x.rank()),
            RandomSteps.ones(x.rank()),
            RandomSteps.ones(x.rank()));
    return c.next(3) == 2
        ? Value.emit(new WindowExtremum(Extremum.MAX, window), x)
        : Value.emit(new WindowSum(window), x);
  }

  static Value squeeze(Value x) {
    return x.squeeze();
  }

  static Value stack(Choices c, Value x) {
    Value both = Functions.stack(0, List.of(x, x.mul(0.5)));
    return c.flip() ? both : both.moveAxis(0, -1);
  }
}
