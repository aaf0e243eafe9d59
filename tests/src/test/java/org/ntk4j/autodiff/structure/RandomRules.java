package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.ntk4j.autodiff.structure.RandomChain.Step;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowSum;
import org.ntk4j.tests.Choices;

/// One multilinear step of a random chain, with its parameters and residuals drawn.
///
/// Every alternative fits every operand: where it does not apply, a negation takes its place.
final class RandomRules {
  private final Choices c;
  private final Aval x;
  private final Var own;
  private final Function<Aval, Var> residual;
  private final BiFunction<Aval, Tensor, Var> table;

  private RandomRules(
      Choices c, Aval x, Function<Aval, Var> residual, BiFunction<Aval, Tensor, Var> table) {
    this.c = c;
    this.x = x;
    this.own = new Var(x);
    this.residual = residual;
    this.table = table;
  }

  /// @param x aval of the chain's value
  /// @param residual makes a residual with random values
  /// @param table makes a residual with these values
  static Step step(
      Choices c, Aval x, Function<Aval, Var> residual, BiFunction<Aval, Tensor, Var> table) {
    RandomRules r = new RandomRules(c, x, residual, table);
    return x.rank() == 0 ? r.scalar() : r.any();
  }

  private Step scalar() {
    return switch (c.next(3)) {
      case 0 -> one(new Broadcast(Shape.of(2, 3), List.of()));
      case 1 -> one(new Reshape(Shape.of(1, 1)));
      default -> one(new Neg());
    };
  }

  private Step any() {
    return switch (c.next(32)) {
      case 0, 1 -> transpose();
      case 2, 3, 4 -> reshape();
      case 5, 6, 7, 8 -> slice();
      case 9, 10, 11 -> pad();
      case 12 -> one(new Reverse(List.of(axis())));
      case 13 -> broadcast();
      case 14, 15, 16 -> one(new ReduceSum(List.of(axis())));
      case 17, 18 -> elementwise();
      case 19, 20, 21, 22, 23 -> contract();
      case 24 -> concatenate();
      case 25, 26 -> gather();
      case 27 -> dynamicSlice();
      case 28 -> scatterAdd();
      case 29 -> one(new CumSum(axis(), c.flip()));
      case 30 -> windowSum();
      default -> c.flip() ? kernel() : image();
    };
  }

  private Step one(Multilinear op) {
    return new Step(op, List.of(own), 0);
  }

  private int axis() {
    return c.next(x.rank());
  }

  private Step transpose() {
    List<Integer> order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
    if (c.flip()) {
      Collections.rotate(order, 1);
    } else {
      Collections.reverse(order);
    }
    return one(new Transpose(order));
  }

  /// Merges two neighbouring axes, or splits one.
  private Step reshape() {
    int axis = axis();
    List<Long> dims = new ArrayList<>(x.shape().dims());
    if (c.flip() && axis + 1 < x.rank()) {
      dims.set(axis, dims.get(axis) * dims.remove(axis + 1));
    } else {
      long divisor = dims.get(axis) % 2 == 0 ? 2 : dims.get(axis) % 3 == 0 ? 3 : 1;
      dims.set(axis, dims.get(axis) / divisor);
      dims.add(axis + c.next(2), divisor);
    }
    return one(new Reshape(Shape.of(dims)));
  }

  private Step slice() {
    int axis = axis();
    long size = x.dim(axis);
    long start = c.next((int) size);
    long limit = size - c.next((int) (size - start));
    return one(
        new Slice(
            with(0, axis, start),
            replaced(x.shape().dims(), axis, limit),
            with(1, axis, 1 + c.next(2))));
  }

  private Step pad() {
    int axis = axis();
    long cut = x.dim(axis) >= 2 ? 1 : 0;
    Pad pad =
        new Pad(with(0, axis, c.next(3) - cut), with(0, axis, c.next(3)), with(0, axis, c.next(2)));
    return new Step(pad, List.of(own, Literal.of(0, x.withShape(Shape.SCALAR))), 0);
  }

  private List<Long> with(long rest, int axis, long there) {
    return replaced(Collections.nCopies(x.rank(), rest), axis, there);
  }

  private static List<Long> replaced(List<Long> list, int at, long value) {
    List<Long> result = new ArrayList<>(list);
    result.set(at, value);
    return result;
  }

  private Step broadcast() {
    int at = c.next(x.rank() + 1);
    List<Integer> axes =
        IntStream.rangeClosed(0, x.rank()).filter(axis -> axis != at).boxed().toList();
    return one(new Broadcast(x.shape().insert(at, 1 + c.next(3)), axes));
  }

  private Step elementwise() {
    return switch (c.next(6)) {
      case 0 -> new Step(new Mul(), List.of(own, residual.apply(x)), 0);
      case 1 -> new Step(new Mul(), List.of(Literal.of(1.5, x), own), 1);
      case 2 -> new Step(new Sub(), List.of(residual.apply(x), own), 1);
      case 3 -> new Step(new Add(), List.of(own, residual.apply(x)), 0);
      case 4 -> {
        Var mask = residual.apply(x.withDType(DType.BOOL));
        yield new Step(new Select(), List.of(mask, own, residual.apply(x)), 1);
      }
      default -> {
        Var mask = residual.apply(x.withDType(DType.BOOL));
        yield new Step(new Select(), List.of(mask, residual.apply(x), own), 2);
      }
    };
  }

  /// Each axis of the value is contracted, batched or free; the residual has an axis of its own,
  /// and its axes in another order.
  private Step contract() {
    List<Long> dims = new ArrayList<>();
    List<Integer> xBatch = new ArrayList<>();
    List<Integer> rBatch = new ArrayList<>();
    List<Integer> xContract = new ArrayList<>();
    List<Integer> rContract = new ArrayList<>();
    for (int axis = x.rank() - 1; axis >= 0; axis--) {
      int kind = c.next(3);
      if (kind > 0) {
        (kind == 1 ? xContract : xBatch).add(axis);
        (kind == 1 ? rContract : rBatch).add(dims.size());
        dims.add(x.dim(axis));
      }
    }
    dims.add(1L + c.next(3));
    Var r = residual.apply(x.withShape(Shape.of(dims)));
    return c.flip()
        ? new Step(new Contract(xBatch, rBatch, xContract, rContract), List.of(own, r), 0)
        : new Step(new Contract(rBatch, xBatch, rContract, xContract), List.of(r, own), 1);
  }

  private Step concatenate() {
    int axis = axis();
    int k = c.next(3);
    List<Atom> parts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Aval part = x.withShape(x.shape().with(axis, 1 + c.next(2)));
      parts.add(i == k ? own : residual.apply(part));
    }
    return new Step(new Concatenate(axis), parts, k);
  }

  /// Integers of which one in four is out of range.
  private Var ids(List<Long> dims, long bound) {
    Aval aval = new Aval(DType.I64, Shape.of(dims));
    Tensor t = Tensor.zeros(aval.dtype(), aval.shape());
    for (long i = 0; i < t.size(); i++) {
      t.setLong(i, c.next(4) == 3 ? -1 : c.next((int) bound));
    }
    return table.apply(aval, t);
  }

  private Step gather() {
    int axis = axis();
    int batch = axis > 0 ? c.next(2) : 0;
    List<Long> dims = new ArrayList<>(x.shape().dims().subList(0, batch));
    IntStream.range(0, c.next(3)).forEach(_ -> dims.add(1L + c.next(3)));
    Gather gather = new Gather(axis, batch);
    return new Step(gather, List.of(own, ids(dims, x.dim(axis))), 0);
  }

  private Step dynamicSlice() {
    int axis = axis();
    Var start = ids(List.of((long) x.rank()), 3);
    long size = Math.max(1, x.dim(axis) - c.next(3));
    return new Step(new DynamicSlice(x.shape().with(axis, size)), List.of(own, start), 0);
  }

  private Step scatterAdd() {
    int axis = axis();
    int batch = axis > 0 ? c.next(2) : 0;
    List<Long> dims = new ArrayList<>(x.shape().dims().subList(0, batch));
    dims.add(x.dim(axis));
    long size = 1 + c.next(4);
    return new Step(new ScatterAdd(axis, batch, size), List.of(ids(dims, size), own), 1);
  }

  private Step windowSum() {
    int axis = axis();
    if (x.dim(axis) < 2) {
      return one(new Neg());
    }
    Window window =
        new Window(
            with(1, axis, 2),
            with(1, axis, 1 + c.next(2)),
            with(0, axis, c.next(2)),
            with(0, axis, c.next(2)),
            with(1, axis, 1 + c.next(2)),
            with(1, axis, 1));
    return one(new WindowSum(window));
  }

  /// `[n, w, c]`, kernel `[t, c, o]`.
  private static final ConvDims LINE =
      new ConvDims(0, 2, List.of(1), 1, 2, List.of(0), 0, 2, List.of(1));

  private Conv conv(long groups) {
    return new Conv(
        LINE,
        List.of(1L + c.next(2)),
        List.of((long) c.next(2)),
        List.of((long) c.next(2)),
        List.of(1L),
        List.of(1L + c.next(2)),
        groups,
        1);
  }

  private Step kernel() {
    if (x.rank() != 3) {
      return transpose();
    }
    long groups = x.dim(2) % 2 == 0 ? 1 + c.next(2) : 1;
    Conv conv = conv(groups);
    long width = 2 * x.dim(0) + c.next(3);
    Var image = residual.apply(x.withShape(Shape.of(1 + c.next(2), width, groups * x.dim(1))));
    return new Step(conv, List.of(image, own), 1);
  }

  private Step image() {
    if (x.rank() != 3 || x.dim(1) < 3) {
      return transpose();
    }
    long groups = x.dim(2) % 2 == 0 ? 1 + c.next(2) : 1;
    Conv conv = conv(groups);
    Var w = residual.apply(x.withShape(Shape.of(2, x.dim(2) / groups, groups * (1 + c.next(2)))));
    return new Step(conv, List.of(own, w), 0);
  }
}
