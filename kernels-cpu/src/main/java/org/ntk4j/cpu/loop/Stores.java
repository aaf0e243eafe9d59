package org.ntk4j.cpu.loop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.ntk4j.core.DType;
import org.ntk4j.ir.nest.Dependence;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// The stores of a nest. One that combines into an element that stays the same in inner loops adds
/// up in a register there, and is combined with the element after them.
final class Stores {
  private final LoopNest nest;
  private final FunctionText code;
  private final Scalars scalars;
  private final Values values;
  private final Dependence dependence;
  private final Levels levels;
  private final IdentityHashMap<Store, Integer> homes = new IdentityHashMap<>();
  private final IdentityHashMap<Store, String> totals = new IdentityHashMap<>();

  Stores(
      LoopNest nest,
      FunctionText code,
      Scalars scalars,
      Values values,
      Dependence dependence,
      Levels levels) {
    this.nest = nest;
    this.code = code;
    this.scalars = scalars;
    this.values = values;
    this.dependence = dependence;
    this.levels = levels;
    Map<Integer, Integer> users = new HashMap<>();
    nest.stores().forEach(s -> users.merge(s.slot(), 1, Integer::sum));
    for (Store store : nest.stores()) {
      boolean alone = Objects.requireNonNull(users.get(store.slot()), "bug: no user") == 1;
      homes.put(store, alone ? home(store) : levels.count());
    }
  }

  /// The level at which memory is accessed.
  private int home(Store store) {
    if (store.combine() == Combine.SET) {
      return levels.count();
    }
    int level = levels.of(dependence.of(store.at()));
    return dependence.isInside(store.slot(), store.at())
        ? level
        : Math.max(level, levels.of(dependence.of(store.bounds())));
  }

  private boolean isHere(Store store) {
    return levels.depth() == level(store);
  }

  private int level(Store store) {
    return Objects.requireNonNull(homes.get(store), "bug: a store has no level");
  }

  private DType dtype(Store store) {
    return nest.slots().get(store.slot()).dtype();
  }

  private String total(Store store) {
    return Objects.requireNonNull(totals.get(store), "bug: nothing was added up");
  }

  /// Before the next inner loop.
  void before() {
    for (Store store : nest.stores()) {
      if (isHere(store)) {
        totals.put(store, neutral(store.combine(), dtype(store)));
      }
    }
  }

  /// At the start of a loop: what carries over its iterations. The result is to be asked for when
  /// the body is printed.
  Supplier<List<String>> enter(String before, String latch) {
    List<Supplier<String>> carried = new ArrayList<>();
    for (Store store : nest.stores()) {
      if (level(store) < levels.depth()) {
        String total = "%" + code.fresh("t");
        String start = total(store);
        totals.put(store, total);
        String type = Types.register(dtype(store));
        carried.add(() -> FunctionText.phi(total, type, start, before, total(store), latch));
      }
    }
    return () -> carried.stream().map(Supplier::get).toList();
  }

  /// In the innermost loop.
  void body() {
    for (Store store : nest.stores()) {
      String condition = values.condition(store.bounds());
      if (level(store) < levels.depth()) {
        DType dtype = dtype(store);
        String total = total(store);
        Supplier<String> more =
            () -> combine(store.combine(), dtype, total, values.of(store.value()), " reassoc");
        totals.put(
            store,
            condition.equals("true")
                ? more.get()
                : values.when(condition, dtype, more, () -> total));
      } else {
        when(condition, () -> put(store, () -> values.of(store.value())));
      }
    }
  }

  /// After the loops within.
  void after() {
    for (Store store : nest.stores()) {
      if (isHere(store)) {
        String condition =
            dependence.isInside(store.slot(), store.at())
                ? "true"
                : values.condition(store.bounds());
        when(condition, () -> put(store, () -> total(store)));
      }
    }
  }

  private void when(String condition, Runnable work) {
    if (condition.equals("true")) {
      work.run();
    } else {
      code.when(condition, () -> values.within(work));
    }
  }

  private void put(Store store, Supplier<String> value) {
    DType dtype = dtype(store);
    String result = value.get();
    if (store.combine() != Combine.SET) {
      String old = values.load(store.slot(), dtype, store.at());
      result = combine(store.combine(), dtype, old, result, "");
    }
    values.store(store.slot(), store.at(), result);
  }

  private String combine(Combine how, DType dtype, String x, String y, String flags) {
    boolean floating = dtype.isFloating();
    boolean bool = dtype == DType.BOOL;
    return switch (how) {
      case SET -> throw new IllegalStateException("bug: nothing to combine");
      case ADD ->
          bool
              ? scalars.binary("or", dtype, x, y)
              : scalars.binary(floating ? "fadd contract" + flags : "add", dtype, x, y);
      case MUL ->
          bool
              ? scalars.binary("and", dtype, x, y)
              : scalars.binary(floating ? "fmul" + flags : "mul", dtype, x, y);
      case MAX ->
          bool
              ? scalars.binary("or", dtype, x, y)
              : extremum(floating ? "maximum" : "smax", dtype, x, y);
      case MIN ->
          bool
              ? scalars.binary("and", dtype, x, y)
              : extremum(floating ? "minimum" : "smin", dtype, x, y);
    };
  }

  /// Of two zeros either may win.
  private String extremum(String name, DType dtype, String x, String y) {
    return scalars.intrinsic(dtype.isFloating() ? "nsz" : "", name, dtype, x, y);
  }

  private static String neutral(Combine how, DType dtype) {
    return switch (how) {
      case SET -> throw new IllegalStateException("bug: nothing to combine");
      case ADD -> dtype.isFloating() ? Types.number(-0.0) : dtype == DType.BOOL ? "false" : "0";
      case MUL -> dtype == DType.BOOL ? "true" : Types.small(dtype, 1);
      case MAX ->
          switch (dtype) {
            case F32, F64 -> Types.number(Double.NEGATIVE_INFINITY);
            case I32 -> Integer.toString(Integer.MIN_VALUE);
            case I64 -> Long.toString(Long.MIN_VALUE);
            case BOOL -> "false";
          };
      case MIN ->
          switch (dtype) {
            case F32, F64 -> Types.number(Double.POSITIVE_INFINITY);
            case I32 -> Integer.toString(Integer.MAX_VALUE);
            case I64 -> Long.toString(Long.MAX_VALUE);
            case BOOL -> "true";
          };
    };
  }
}
