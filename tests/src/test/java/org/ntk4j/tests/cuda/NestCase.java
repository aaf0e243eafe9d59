package org.ntk4j.tests.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Apply;
import org.ntk4j.ir.schedule.Expr.Bound;
import org.ntk4j.ir.schedule.Expr.Guarded;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Slot;
import org.ntk4j.ir.schedule.LoopNest.Store;
import org.ntk4j.nests.Nests;

/// A loop nest with contents for its buffers. Their numbers are multiples of 1/4 of a small size.
///
/// @param name letters, digits and `_`
record NestCase(String name, LoopNest nest, List<Tensor> contents) {
  /// Nests for every way to use the threads of a card.
  static List<NestCase> all() {
    List<NestCase> all = new ArrayList<>();
    for (DType dtype : DType.values()) {
      String suffix = "_" + dtype.name().toLowerCase(Locale.ROOT);
      Combine how = dtype == DType.F64 ? Combine.MAX : Combine.ADD;
      Combine other = dtype == DType.I32 ? Combine.MIN : Combine.MUL;
      all.add(sums("rows" + suffix, dtype, how, 3, 2500, true));
      all.add(sums("short_rows" + suffix, dtype, dtype.isFloating() ? how : other, 70, 21, true));
      all.add(sums("columns" + suffix, dtype, how, 10, 700, false));
      all.add(sums("channels" + suffix, dtype, how, 3, 900, false));
      all.add(sums("total" + suffix, dtype, how, 1, 20_000, true));
      all.add(scatter("scatter" + suffix, dtype, how));
      all.add(elementwise("elementwise" + suffix, dtype));
      all.add(transposed("transposed" + suffix, dtype));
    }
    all.add(windows());
    all.add(together());
    all.add(joined());
    all.add(once());
    all.add(twice());
    for (NestCase c : List.copyOf(all)) {
      if (c.name.endsWith("_i32") || !c.name.contains("_")) {
        all.add(c.wide());
      }
    }
    return all;
  }

  /// The same with indices of 64 bits: one that is compared, in a bound that holds, needs them.
  private NestCase wide() {
    Index far = Index.constant(1L << 40, nest.rank());
    List<Store> stores = new ArrayList<>();
    for (Store s : nest.stores()) {
      List<Bound> bounds = new ArrayList<>(s.bounds());
      bounds.add(new Bound(far, 0, 1L << 41, 1));
      stores.add(new Store(s.slot(), s.combine(), bounds, s.at(), s.value()));
    }
    return new NestCase(
        name + "_wide", new LoopNest(nest.extents(), nest.slots(), stores), contents);
  }

  private static NestCase of(
      String name, List<Long> extents, List<Slot> slots, List<Store> stores) {
    Random random = new Random(name.hashCode());
    List<Tensor> contents = new ArrayList<>();
    for (Slot slot : slots) {
      Tensor x = Tensor.zeros(slot.dtype(), Shape.of(slot.elements()));
      for (long i = 0; i < x.size(); i++) {
        switch (slot.dtype()) {
          case F32, F64 -> x.setDouble(i, (random.nextInt(17) - 8) / 4.0);
          case I32, I64 -> x.setLong(i, random.nextInt(17) - 8);
          case BOOL -> x.setLong(i, random.nextInt(2));
        }
      }
      contents.add(x);
    }
    return new NestCase(name, new LoopNest(extents, slots, stores), contents);
  }

  private static List<Slot> slots(DType dtype, long... sizes) {
    List<Slot> slots = new ArrayList<>();
    for (int s = 0; s < sizes.length; s++) {
      slots.add(new Slot(dtype, sizes[s], s == sizes.length - 1));
    }
    return slots;
  }

  private static Expr load(int slot, DType dtype, long... coefficients) {
    return new Load(slot, dtype, Nests.index(coefficients));
  }

  private static NestCase sums(
      String name, DType dtype, Combine how, long outputs, long terms, boolean contiguous) {
    Expr x = contiguous ? load(0, dtype, terms, 1) : load(0, dtype, 1, outputs);
    Store store = new Store(1, how, List.of(), Nests.index(1, 0), x);
    return of(
        name, List.of(outputs, terms), slots(dtype, outputs * terms, outputs), List.of(store));
  }

  /// To rows by their number, of which some do not exist.
  private static NestCase scatter(String name, DType dtype, Combine how) {
    Expr id = load(1, DType.I32, 1, 0);
    Index at = Nests.computed(id, 20, Nests.index(0, 1));
    Store store = new Store(2, how, List.of(Nests.below(id, 2, 6)), at, load(0, dtype, 20, 1));
    List<Slot> slots =
        List.of(
            new Slot(dtype, 6000, false),
            new Slot(DType.I32, 300, false),
            new Slot(dtype, 120, true));
    return of(name, List.of(300L, 20L), slots, List.of(store));
  }

  private static NestCase elementwise(String name, DType dtype) {
    Expr x = load(0, dtype, 64, 1);
    Expr y = load(1, dtype, 0, 1);
    Expr less = new Apply(new Compare(Comparison.LE), DType.BOOL, List.of(x, y));
    Expr value = dtype.isNumeric() ? new Apply(new Add(), dtype, List.of(x, y)) : less;
    List<Slot> slots =
        List.of(
            new Slot(dtype, 1920, false),
            new Slot(dtype, 64, false),
            new Slot(dtype, 1920, true),
            new Slot(DType.BOOL, 1920, true));
    Store first = new Store(2, Combine.SET, List.of(), Nests.index(64, 1), value);
    Store second = new Store(3, Combine.SET, List.of(), Nests.index(64, 1), less);
    return of(name, List.of(30L, 64L), slots, List.of(first, second));
  }

  private static NestCase transposed(String name, DType dtype) {
    Store store =
        new Store(1, Combine.SET, List.of(), Nests.index(2000, 40, 1), load(0, dtype, 2000, 1, 50));
    return of(name, List.of(3L, 50L, 40L), slots(dtype, 6000, 6000), List.of(store));
  }

  /// Sums of 3 x 3 elements within a border.
  private static NestCase windows() {
    List<Bound> bounds =
        List.of(
            new Bound(Nests.index(1, 0, 1, 0).plus(-1), 0, 20, 1),
            new Bound(Nests.index(0, 1, 0, 1).plus(-1), 0, 30, 1));
    Index at = Nests.index(30, 1, 30, 1).plus(-31);
    Store store =
        new Store(1, Combine.ADD, bounds, Nests.index(30, 1, 0, 0), new Load(0, DType.F32, at));
    return of("windows", List.of(20L, 30L, 3L, 3L), slots(DType.F32, 600, 600), List.of(store));
  }

  /// Rows, columns and everything summed beside what is set.
  private static NestCase together() {
    Expr x = load(0, DType.F32, 60, 1);
    Expr square = new Apply(new Mul(), DType.F32, List.of(x, x));
    List<Slot> slots = new ArrayList<>(List.of(new Slot(DType.F32, 3000, false)));
    for (long size : List.of(50L, 60L, 50L, 1L, 3000L)) {
      slots.add(new Slot(DType.F32, size, true));
    }
    return of(
        "together",
        List.of(50L, 60L),
        slots,
        List.of(
            new Store(1, Combine.ADD, List.of(), Nests.index(1, 0), square),
            new Store(2, Combine.MIN, List.of(), Nests.index(0, 1), square),
            new Store(3, Combine.MAX, List.of(), Nests.index(1, 0), x),
            new Store(4, Combine.ADD, List.of(), Nests.index(0, 0), x),
            new Store(5, Combine.SET, List.of(), Nests.index(60, 1), square)));
  }

  /// Three arrays one after another.
  private static NestCase joined() {
    Expr value = new Load(2, DType.F64, Nests.index(1).plus(-800));
    for (int k = 1; k >= 0; k--) {
      Bound bound = new Bound(Nests.index(1), 400L * k, 400L * k + 400, 1);
      Expr inside = new Load(k, DType.F64, Nests.index(1).plus(-400L * k));
      Expr sum = new Apply(new Add(), DType.F64, List.of(inside, inside));
      value = new Guarded(List.of(bound), k == 0 ? sum : inside, value);
    }
    Store store = new Store(3, Combine.SET, List.of(), Nests.index(1), value);
    return of("joined", List.of(1000L), slots(DType.F64, 400, 400, 200, 1000), List.of(store));
  }

  /// Two stores to one array.
  private static NestCase twice() {
    Store first = new Store(1, Combine.ADD, List.of(), Nests.index(1), load(0, DType.I32, 1));
    Store second = new Store(1, Combine.ADD, List.of(), Nests.index(0), load(0, DType.I32, 1));
    return of("twice", List.of(40L), slots(DType.I32, 40, 40), List.of(first, second));
  }

  private static NestCase once() {
    Index zero = new Index(0, Collections.emptyList(), List.of());
    Expr x = new Load(0, DType.I64, zero);
    Expr sum = new Apply(new Add(), DType.I64, Arrays.asList(x, x));
    Store store = new Store(1, Combine.SET, List.of(), zero, sum);
    return of("once", List.of(), slots(DType.I64, 1, 1), List.of(store));
  }
}
