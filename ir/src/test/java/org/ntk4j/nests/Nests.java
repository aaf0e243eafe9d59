package org.ntk4j.nests;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Apply;
import org.ntk4j.ir.schedule.Expr.Bound;
import org.ntk4j.ir.schedule.Expr.Constant;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Slot;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Parts of `f32` loop nests.
public final class Nests {
  private Nests() {}

  /// `Σ_d coefficients[d] · i_d`.
  public static Index index(long... coefficients) {
    return new Index(0, LongStream.of(coefficients).boxed().toList(), List.of());
  }

  /// `coefficient · value + within`.
  public static Index computed(Expr value, long coefficient, Index within) {
    return new Index(0, within.coefficients(), List.of(new Index.Scaled(coefficient, value)));
  }

  /// `0 <= value < limit`.
  public static Bound below(Expr value, int rank, long limit) {
    Index zero = new Index(0, Collections.nCopies(rank, 0L), List.of());
    return new Bound(computed(value, 1, zero), 0, limit, 1);
  }

  public static Expr load(int slot, long... coefficients) {
    return new Load(slot, DType.F32, index(coefficients));
  }

  public static Expr constant(double value) {
    return new Constant(DType.F32, Double.doubleToRawLongBits(value));
  }

  public static Expr apply(Primitive op, Expr... operands) {
    return new Apply(op, DType.F32, List.of(operands));
  }

  public static Store store(Combine how, int slot, Expr value, long... coefficients) {
    return new Store(slot, how, List.of(), index(coefficients), value);
  }

  public static List<Long> extents(Long... extents) {
    return Arrays.asList(extents);
  }

  /// `f32` buffers, of which the last is written.
  public static List<Slot> slots(long... sizes) {
    List<Slot> slots = new ArrayList<>();
    for (int s = 0; s < sizes.length; s++) {
      slots.add(new Slot(DType.F32, sizes[s], s == sizes.length - 1));
    }
    return slots;
  }

  public static LoopNest nest(List<Long> extents, List<Slot> slots, Store... stores) {
    return new LoopNest(extents, slots, List.of(stores));
  }
}
