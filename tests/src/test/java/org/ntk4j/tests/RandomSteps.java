package org.ntk4j.tests;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// One step of a random network: a new value out of earlier ones.
///
/// Every alternative fits every operand: where an operation does not apply (an axis of a scalar,
/// say), a simpler one of the kind does.
final class RandomSteps {
  private static final List<BiFunction<Choices, Value, Value>> UNARY =
      List.of(
          (c, x) -> RandomMoves.transpose(c, x),
          (c, x) -> x.tanh(),
          (c, x) -> RandomMoves.reshape(c, x),
          (c, x) -> x.mul(0.5 + c.next(3)),
          (c, x) -> RandomMoves.slice(c, x),
          (c, x) -> RandomMoves.sum(c, x),
          (c, x) -> RandomMoves.pad(c, x),
          (c, x) -> RandomMoves.reverse(c, x),
          (c, x) -> RandomMoves.gather(c, x),
          (c, x) -> RandomMoves.broadcast(c, x),
          (c, x) -> RandomMoves.permutedReshape(c, x),
          (c, x) -> x.sin(),
          (c, x) -> x.square().mul(0.5),
          (c, x) -> RandomMoves.cumsum(c, x),
          (c, x) -> RandomMoves.window(c, x),
          (c, x) -> RandomMoves.scatter(c, x),
          (c, x) -> RandomMoves.dynamicSlice(c, x),
          (c, x) -> RandomMoves.sort(c, x),
          (c, x) -> RandomMoves.extremum(c, x),
          (c, x) -> x.abs(),
          (c, x) -> x.mul(0.3).exp(),
          (c, x) -> x.square().add(1.0).log(),
          (c, x) -> Functions.relu(x),
          (c, x) -> x.sub(meanKeepDims(c, x)),
          (c, x) -> x.neg(),
          (c, x) -> Control.checkpoint(x, v -> v.mul(v).tanh()),
          (c, x) -> scan(c, x),
          (c, x) -> RandomMoves.squeeze(x),
          (c, x) -> x.cast(DType.F32).cast(x.dtype()).mul(0.0).add(x),
          (c, x) -> RandomMoves.cumprod(c, x),
          (c, x) -> RandomMoves.stack(c, x));

  private static final List<BinaryStep> BINARY =
      List.of(
          RandomSteps::contract,
          (c, x, y) -> same(c, x, y, Value::mul),
          (c, x, y) -> same(c, x, y, Value::add),
          (c, x, y) -> same(c, x, y, Value::sub),
          (c, x, y) -> same(c, x, y, (a, b) -> a.div(b.square().add(1.0))),
          (c, x, y) -> same(c, x, y, Value::maximum),
          (c, x, y) -> same(c, x, y, (a, b) -> a.gt(b).where(a, b.mul(0.5))),
          (c, x, y) -> same(c, x, y, (a, b) -> b.lt(0.1).where(a, b)),
          RandomSteps::concatenate,
          RandomSteps::convolve,
          RandomSteps::contract,
          RandomSteps::addTransposed,
          RandomSteps::contract);

  private RandomSteps() {}

  private interface BinaryStep {
    Value apply(Choices c, Value x, Value y);
  }

  static Value step(Choices c, List<Value> pool) {
    Value x = operand(c, pool);
    if (c.flip()) {
      return c.of(UNARY).apply(c, x);
    }
    BinaryStep step = c.of(BINARY);
    Value y = operand(c, pool);
    // Squares of squares of squares would soon leave the range of numbers.
    return step.apply(c, x == y ? x.tanh() : x, y);
  }

  /// The data, the parameters and the latest values are likelier than the rest.
  private static Value operand(Choices c, List<Value> pool) {
    return switch (c.next(4)) {
      case 0 -> pool.getLast();
      case 1 -> c.flip() ? pool.getFirst() : pool.get(1);
      case 2 -> pool.get(1 + c.next(Math.min(3, pool.size() - 1)));
      default -> pool.get(c.next(pool.size()));
    };
  }

  /// The output: the last value, with a parameter or the data once more.
  static Value finish(Choices c, Value last, Value parameter, Value x) {
    return switch (c.next(5)) {
      case 0 -> contract(c, last, parameter);
      case 1 -> same(c, last, parameter, Value::mul);
      case 2 -> same(c, last, x, Value::mul);
      case 3 -> same(c, last, parameter, Value::add);
      default -> last;
    };
  }

  /// `f(x, y)` where the shapes broadcast, else with `y` summed to a scalar.
  private static Value same(Choices c, Value x, Value y, BiFunction<Value, Value, Value> f) {
    return f.apply(x, broadcasts(x.shape(), y.shape()) ? y : y.sum());
  }

  private static boolean broadcasts(Shape x, Shape y) {
    return IntStream.rangeClosed(1, Math.min(x.rank(), y.rank()))
        .allMatch(k -> {
          long a = x.dim(x.rank() - k);
          long b = y.dim(y.rank() - k);
          return a == b || a == 1 || b == 1;
        });
  }

  private static Value addTransposed(Choices c, Value x, Value y) {
    return x.rank() == 2 && x.shape().dim(0) == x.shape().dim(1)
        ? x.add(x.transpose())
        : same(c, x, x, Value::add);
  }

  /// Contracts or batches axes of equal size, chosen at random; the parameter may be on either
  /// side, or on both.
  private static Value contract(Choices c, Value x, Value y) {
    StringBuilder xs = new StringBuilder();
    IntStream.range(0, x.rank()).forEach(k -> xs.append((char) ('a' + k)));
    StringBuilder ys = new StringBuilder();
    StringBuilder out = new StringBuilder(xs);
    List<Integer> taken = new ArrayList<>();
    for (int k = 0; k < y.rank(); k++) {
      int axis = k;
      List<Integer> equal =
          IntStream.range(0, x.rank())
              .filter(i -> !taken.contains(i) && x.shape().dim(i) == y.shape().dim(axis))
              .boxed()
              .toList();
      int kind = equal.isEmpty() ? 2 : c.next(3);
      if (kind == 2) {
        ys.append((char) ('m' + k));
        out.append((char) ('m' + k));
      } else {
        int meets = c.of(equal);
        taken.add(meets);
        char letter = (char) ('a' + meets);
        ys.append(letter);
        if (kind == 0) {
          out.deleteCharAt(out.indexOf(String.valueOf(letter)));
        }
      }
    }
    return Functions.einsum(xs + "," + ys + "->" + out, x, y);
  }

  private static Value concatenate(Choices c, Value x, Value y) {
    if (x.rank() == 0) {
      return Functions.concatenate(0, List.of(x.reshape(1L), y.flatten()));
    }
    int axis = c.next(x.rank());
    boolean fits =
        x.rank() == y.rank()
            && IntStream.range(0, x.rank())
                .allMatch(k -> k == axis || x.shape().dim(k) == y.shape().dim(k));
    return Functions.concatenate(axis, List.of(x, fits ? y : x.mul(2.0)));
  }

  /// `x` as images, `y` as kernels of a convolution in one spatial dimension.
  private static Value convolve(Choices c, Value x, Value y) {
    Value image = asRank3(x);
    Value kernel = asRank3(y);
    long in = image.shape().dim(2);
    long have = kernel.shape().dim(1);
    if (in == 0 || have == 0 || kernel.shape().size() == 0 || image.shape().size() == 0) {
      return same(c, x, y, Value::mul);
    }
    boolean grouped = in % have == 0 && kernel.shape().dim(2) % (in / have) == 0;
    Value fitted =
        grouped
            ? kernel
            : kernel.sumKeepDims(1).broadcastTo(kernel.shape().dim(0), in, kernel.shape().dim(2));
    ConvDims dims = new ConvDims(0, 2, List.of(1), 1, 2, List.of(0), 0, 2, List.of(1));
    Conv conv =
        new Conv(
            dims,
            List.of(1L + c.next(2)),
            List.of((long) c.next(3)),
            List.of((long) c.next(3)),
            List.of(1L + c.next(2)),
            List.of(1L + c.next(2)),
            grouped ? in / have : 1,
            1);
    return Value.emit(conv, image, fitted);
  }

  private static Value asRank3(Value x) {
    Value y = x;
    while (y.rank() < 3) {
      y = y.expandDims(y.rank() == 1 ? 0 : -1);
    }
    return y.rank() == 3 ? y : y.flattenFrom(2);
  }

  private static Value meanKeepDims(Choices c, Value x) {
    if (x.rank() == 0 || x.shape().size() == 0) {
      return x.mul(0.25);
    }
    return x.meanKeepDims(c.next(x.rank()));
  }

  /// `h_t = tanh(h_{t-1} + a x_t)` along axis 0, with the closure `a`.
  private static Value scan(Choices c, Value x) {
    if (x.rank() == 0 || x.shape().dim(0) == 0) {
      return x.tanh();
    }
    Value a = x.sum().tanh();
    Value start = x.get(0, 0).mul(0.5);
    Control.Step step =
        Control.scan(
            start,
            x,
            (h, row) -> {
              Value next = h.add(row.mul(a)).tanh();
              return Control.Step.of(next, next.mul(row));
            });
    return (c.flip() ? step.carry() : step.outputs()).getFirst();
  }

  static List<Long> ones(int rank) {
    return new ArrayList<>(Collections.nCopies(rank, 1L));
  }

  static List<Long> zeros(int rank) {
    return new ArrayList<>(Collections.nCopies(rank, 0L));
  }
}
