package org.ntk4j.nests;

import static org.ntk4j.nests.Nests.apply;
import static org.ntk4j.nests.Nests.below;
import static org.ntk4j.nests.Nests.computed;
import static org.ntk4j.nests.Nests.constant;
import static org.ntk4j.nests.Nests.extents;
import static org.ntk4j.nests.Nests.index;
import static org.ntk4j.nests.Nests.load;
import static org.ntk4j.nests.Nests.nest;
import static org.ntk4j.nests.Nests.slots;
import static org.ntk4j.nests.Nests.store;

import java.util.List;
import java.util.function.UnaryOperator;
import org.ntk4j.core.DType;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Guarded;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Slot;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Loop nests of a few kinds.
public final class SampleNests {
  /// The number of a row, read from slot 1.
  private static final Expr ID = new Load(1, DType.I32, index(1, 0));

  private SampleNests() {}

  /// `last(x · y - 2)` of a million elements each.
  public static LoopNest chain(UnaryOperator<Expr> last) {
    Expr value = apply(new Sub(), apply(new Mul(), load(0, 1), load(1, 1)), constant(2));
    return nest(extents(1L << 20), slots(1 << 20, 1 << 20, 1 << 20), set(last.apply(value), 1));
  }

  /// The sums of rows of 300 elements.
  public static LoopNest sumsOfRows(long rows) {
    Store sum = store(Combine.ADD, 1, load(0, 300, 1), 1, 0);
    return nest(extents(rows, 300L), slots(rows * 300, rows), sum);
  }

  /// The sums of 300 columns.
  public static LoopNest sumsOfColumns(long rows) {
    Store sum = store(Combine.ADD, 1, load(0, 300, 1), 0, 1);
    return nest(extents(rows, 300L), slots(rows * 300, 300), sum);
  }

  /// The largest of four million elements.
  public static LoopNest total() {
    return nest(extents(1L << 22), slots(1 << 22, 1), store(Combine.MAX, 1, load(0, 1), 0));
  }

  /// `x + yᵀ`.
  public static LoopNest transposedOperand() {
    Expr value = apply(new Add(), load(0, 300, 1), load(1, 1, 200));
    return nest(extents(200L, 300L), slots(60_000, 60_000, 60_000), set(value, 300, 1));
  }

  /// The rows that numbers say, 0 where there is none of that number.
  public static LoopNest rowsByNumber() {
    Expr row = new Load(0, DType.F32, computed(ID, 64, index(0, 1)));
    Expr value = new Guarded(List.of(below(ID, 2, 1000)), row, constant(0));
    return nest(extents(500L, 64L), numbered(64_000, 32_000), set(value, 64, 1));
  }

  /// Rows added to those that numbers say.
  public static LoopNest addedToRowsByNumber() {
    Store sum =
        new Store(
            2,
            Combine.ADD,
            List.of(below(ID, 2, 1000)),
            computed(ID, 64, index(0, 1)),
            load(0, 64, 1));
    return nest(extents(500L, 64L), numbered(32_000, 64_000), sum);
  }

  /// What is read, 500 numbers of rows, and what is written.
  private static List<Slot> numbered(long read, long written) {
    return List.of(
        new Slot(DType.F32, read, false),
        new Slot(DType.I32, 500, false),
        new Slot(DType.F32, written, true));
  }

  private static Store set(Expr value, long... coefficients) {
    return store(Combine.SET, 2, value, coefficients);
  }
}
