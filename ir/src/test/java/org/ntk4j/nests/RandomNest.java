package org.ntk4j.nests;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.FloatClass;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.LogicFn;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StepFn;
import org.ntk4j.ir.op.Unary;
import org.ntk4j.ir.op.UnaryFn;
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Apply;
import org.ntk4j.ir.schedule.Expr.Bound;
import org.ntk4j.ir.schedule.Expr.Constant;
import org.ntk4j.ir.schedule.Expr.Guarded;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.Expr.Position;
import org.ntk4j.ir.schedule.Expr.Quotient;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Slot;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// A loop nest of any kind, with contents for its buffers. Numbers are multiples of 1/4 of a small
/// size, so that most arithmetic on them is exact and comparisons are not left to rounding.
public final class RandomNest {
  private static final int ITERATIONS = 2500;

  private static final int SIMPLE_ITERATIONS = 12_000;

  private final Random random;
  private final boolean simple;
  private final List<Long> extents = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();
  private final List<Tensor> contents = new ArrayList<>();
  private final List<Expr> made = new ArrayList<>();

  public RandomNest(long seed) {
    this.random = new Random(seed);
    this.simple = random.nextInt(3) == 0;
    int rank = simple ? 2 + random.nextInt(3) : random.nextInt(5);
    long limit = simple ? SIMPLE_ITERATIONS : ITERATIONS;
    long size = 1;
    for (int d = 0; d < rank; d++) {
      boolean large = random.nextInt(simple ? 2 : 4) == 0;
      long extent = large ? 1 + random.nextInt(simple ? 150 : 70) : 1 + random.nextInt(6);
      if (size * extent <= limit) {
        size *= extent;
        extents.add(extent);
      }
    }
  }

  /// Contents of the buffers before the nest runs.
  public List<Tensor> contents() {
    return contents;
  }

  public LoopNest nest() {
    if (simple) {
      return new LoopNest(extents, slots, List.of(simple()));
    }
    List<Store> stores = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int s = 0; s < count; s++) {
      stores.add(store());
    }
    return new LoopNest(extents, slots, stores);
  }

  /// Elements copied, added or reduced in another order.
  private Store simple() {
    DType dtype = any(List.of(DType.values()));
    Expr value = whole(dtype);
    if (random.nextBoolean()) {
      value = apply(dtype, List.of(value, whole(dtype)));
    }
    Index at = shuffled();
    boolean reduced = random.nextBoolean();
    if (reduced) {
      List<Long> kept = new ArrayList<>(at.coefficients());
      kept.replaceAll(c -> random.nextBoolean() ? c : 0L);
      at = new Index(0, kept, List.of());
    }
    Combine how = reduced ? any(List.of(Combine.ADD, Combine.MAX)) : Combine.SET;
    Tensor content = content(dtype, at.maximum(extents) + 1);
    return new Store(slot(content, true), how, List.of(), at, value);
  }

  private Expr whole(DType dtype) {
    Index at = shuffled();
    return new Load(slot(content(dtype, at.maximum(extents) + 1), false), dtype, at);
  }

  /// The position in an array whose axes are the loops in any order.
  private Index shuffled() {
    List<Integer> order = new ArrayList<>();
    for (int d = 0; d < rank(); d++) {
      order.add(d);
    }
    Collections.shuffle(order, random);
    List<Long> coefficients = new ArrayList<>(Collections.nCopies(rank(), 0L));
    long stride = 1;
    for (int d : order) {
      coefficients.set(d, stride);
      stride *= extents.get(d);
    }
    return new Index(0, coefficients, List.of());
  }

  private int slot(Tensor content, boolean written) {
    slots.add(new Slot(content.dtype(), content.size(), written));
    contents.add(content);
    return slots.size() - 1;
  }

  private Tensor content(DType dtype, long size) {
    Tensor x = Tensor.zeros(dtype, Shape.of(size));
    for (long i = 0; i < size; i++) {
      switch (dtype) {
        case F32, F64 -> x.setDouble(i, (random.nextInt(17) - 8) / 4.0);
        case I32, I64 -> x.setLong(i, random.nextInt(17) - 8);
        case BOOL -> x.setLong(i, random.nextInt(2));
      }
    }
    return x;
  }

  private Store store() {
    DType dtype = any(List.of(DType.values()));
    Expr value = expression(dtype, 3);
    if (dtype.isFloating() && random.nextInt(4) == 0) {
      UnaryFn fn = any(List.of(UnaryFn.TANH, UnaryFn.EXP, UnaryFn.ERF, UnaryFn.LOGISTIC));
      value = new Apply(new Unary(fn), dtype, List.of(value));
    }
    if (random.nextBoolean()) {
      Index at = injective();
      List<Bound> bounds = random.nextInt(4) == 0 ? List.of(bound()) : List.of();
      long size = at.maximum(extents) + 1 + random.nextInt(3);
      return new Store(slot(content(dtype, size), true), Combine.SET, bounds, at, value);
    }
    Combine how = any(List.of(Combine.ADD, Combine.ADD, Combine.MUL, Combine.MAX, Combine.MIN));
    if (how == Combine.MUL && dtype.isFloating()) {
      // Whether products overflow on the way depends on their order.
      value = new Apply(new Step(StepFn.SIGN), dtype, List.of(value));
    }
    return random.nextInt(3) == 0 ? scatter(how, dtype, value) : reduction(how, dtype, value);
  }

  private Store reduction(Combine how, DType dtype, Expr value) {
    Index at = affine();
    List<Bound> bounds = random.nextInt(4) == 0 ? List.of(bound()) : List.of();
    Tensor content = content(dtype, at.maximum(extents) + 1);
    return new Store(slot(content, true), how, bounds, at, value);
  }

  /// To a row that is computed, if there is such a row.
  private Store scatter(Combine how, DType dtype, Expr value) {
    Index row = affine();
    Expr id = ids(row.maximum(extents) + 1, 5, row);
    long width = random.nextBoolean() || rank() == 0 ? 1 : extents.getLast();
    List<Long> within = new ArrayList<>(Collections.nCopies(rank(), 0L));
    if (width > 1) {
      within.set(rank() - 1, 1L);
    }
    Index at = new Index(0, within, List.of(new Index.Scaled(width, id)));
    Bound inside = new Bound(computed(id), 0, 4, 1);
    return new Store(slot(content(dtype, 4 * width), true), how, List.of(inside), at, value);
  }

  /// Integers from −1 to `limit`.
  private Expr ids(long size, int limit, Index at) {
    DType dtype = any(List.of(DType.I32, DType.I64));
    Tensor ids = Tensor.zeros(dtype, Shape.of(size));
    for (long i = 0; i < size; i++) {
      ids.setLong(i, random.nextInt(limit + 2) - 1);
    }
    return new Load(slot(ids, false), dtype, at);
  }

  private int rank() {
    return extents.size();
  }

  private Index computed(Expr value) {
    return new Index(0, Collections.nCopies(rank(), 0L), List.of(new Index.Scaled(1, value)));
  }

  /// An index that differs in all iterations.
  private Index injective() {
    List<Integer> order = new ArrayList<>();
    for (int d = 0; d < rank(); d++) {
      order.add(d);
    }
    if (random.nextBoolean()) {
      Collections.shuffle(order, random);
    }
    List<Long> coefficients = new ArrayList<>(Collections.nCopies(rank(), 0L));
    long stride = random.nextInt(4) == 0 ? 2 : 1;
    long offset = random.nextInt(3);
    for (int d : order.reversed()) {
      boolean reversed = random.nextInt(8) == 0;
      coefficients.set(d, reversed ? -stride : stride);
      offset += reversed ? stride * (extents.get(d) - 1) : 0;
      stride *= extents.get(d) + (random.nextInt(4) == 0 ? 1 : 0);
    }
    return new Index(offset, coefficients, List.of());
  }

  /// An index that is not negative.
  private Index affine() {
    if (random.nextBoolean()) {
      List<Long> some = new ArrayList<>(injective().coefficients());
      for (int d = 0; d < rank(); d++) {
        if (random.nextInt(3) == 0) {
          some.set(d, 0L);
        }
      }
      return shifted(some);
    }
    return shifted(
        LongStream.range(0, rank()).mapToObj(_ -> (long) random.nextInt(5) - 1).toList());
  }

  private Index shifted(List<Long> coefficients) {
    Index index = new Index(0, coefficients, List.of());
    return index.plus(random.nextInt(2) - index.minimum(extents));
  }

  /// A bound that holds sometimes.
  private Bound bound() {
    Index value = affine();
    if (random.nextInt(4) == 0) {
      return new Bound(computed(ids(value.maximum(extents) + 1, 3, value)), 0, 3, 1);
    }
    long from = random.nextInt(3);
    return new Bound(value, from, from + 1 + random.nextInt(6), random.nextInt(4) == 0 ? 2 : 1);
  }

  private Expr expression(DType dtype, int depth) {
    if (random.nextInt(6) == 0) {
      for (Expr e : made.reversed()) {
        if (e.dtype() == dtype && random.nextBoolean()) {
          return e;
        }
      }
    }
    Expr e =
        depth == 0
            ? leaf(dtype)
            : random.nextInt(3) == 0 ? guarded(dtype, depth) : apply(dtype, depth);
    made.add(e);
    return e;
  }

  private Expr leaf(DType dtype) {
    int kind = random.nextInt(8);
    if (kind == 0) {
      return switch (dtype) {
        case F32, F64 ->
            new Constant(dtype, Double.doubleToRawLongBits((random.nextInt(9) - 4) / 2.0));
        case I32, I64 -> new Constant(dtype, random.nextInt(9) - 4);
        case BOOL -> new Constant(dtype, random.nextInt(2));
      };
    }
    if (kind == 1 && dtype != DType.BOOL) {
      return new Position(dtype, affine());
    }
    if (kind == 2 && dtype == DType.I64) {
      return new Quotient(affine(), 1 + random.nextInt(5), random.nextInt(4));
    }
    if (kind == 3) {
      return gather(dtype);
    }
    Index at = random.nextBoolean() ? injective() : affine();
    return new Load(slot(content(dtype, at.maximum(extents) + 1), false), dtype, at);
  }

  private Expr gather(DType dtype) {
    Index row = affine();
    Expr id = ids(row.maximum(extents) + 1, 5, row);
    Index at = computed(id).times(7).plus(random.nextInt(7));
    Expr row4 = new Load(slot(content(dtype, 28), false), dtype, at);
    return new Guarded(List.of(new Bound(computed(id), 0, 4, 1)), row4, leaf(dtype));
  }

  private Expr guarded(DType dtype, int depth) {
    Index at = affine().plus(-random.nextInt(4));
    long size = 1L + random.nextInt(8);
    Bound bound = new Bound(at, 0, size, 1);
    Expr inside = new Load(slot(content(dtype, size), false), dtype, at);
    if (random.nextBoolean()) {
      inside = apply(dtype, List.of(inside, expression(dtype, depth - 1)));
    }
    List<Bound> bounds = random.nextBoolean() ? List.of(bound) : List.of(bound, bound());
    return new Guarded(bounds, inside, expression(dtype, depth - 1));
  }

  /// Something of two operands of this dtype.
  private Expr apply(DType dtype, List<Expr> x) {
    return new Apply(any(RandomOperation.ofTwo(dtype)), dtype, x);
  }

  private Expr apply(DType dtype, int depth) {
    int kind = random.nextInt(6);
    if (kind == 0) {
      Expr condition = expression(DType.BOOL, depth - 1);
      return new Apply(
          new Select(),
          dtype,
          List.of(condition, expression(dtype, depth - 1), expression(dtype, depth - 1)));
    }
    if (kind == 1) {
      return converted(dtype, any(List.of(DType.values())), depth);
    }
    if (kind == 2) {
      return new Apply(
          any(RandomOperation.ofOne(dtype)), dtype, List.of(expression(dtype, depth - 1)));
    }
    if (kind == 3 && dtype == DType.BOOL) {
      DType compared = any(List.of(DType.values()));
      List<Expr> x = List.of(expression(compared, depth - 1), expression(compared, depth - 1));
      return new Apply(new Compare(any(List.of(Comparison.values()))), dtype, x);
    }
    if (kind == 3 && dtype.isInteger()) {
      Expr key = new Load(slot(content(DType.I64, 1), false), DType.I64, Index.constant(0, rank()));
      Expr number = new Position(DType.I64, injective());
      Expr bits = new Apply(new RandomBits(Shape.of(), dtype), dtype, List.of(key, number));
      Expr seven = new Constant(dtype, 7);
      return new Apply(new Logic(LogicFn.AND), dtype, List.of(bits, seven));
    }
    return apply(dtype, List.of(expression(dtype, depth - 1), expression(dtype, depth - 1)));
  }

  private Expr converted(DType dtype, DType from, int depth) {
    Expr x = expression(from, depth - 1);
    if (dtype == DType.BOOL && from.isFloating() && random.nextBoolean()) {
      return new Apply(new Classify(any(List.of(FloatClass.values()))), dtype, List.of(x));
    }
    Primitive op = dtype.isFloating() && from.isFloating() ? new Convert(dtype) : new Cast(dtype);
    return new Apply(op, dtype, List.of(x));
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
