package org.ntk4j.cuda.text;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.ntk4j.core.DType;
import org.ntk4j.ir.nest.Dependence;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// The stores of a nest: in each iteration, or after the loops in which a total was added up.
final class NestStores {
  private final LoopNest nest;
  private final boolean atomic;
  private final NestCode code;
  private final NestValues values;
  private final Dependence dependence;
  private final IdentityHashMap<Store, String> totals = new IdentityHashMap<>();

  NestStores(
      LoopNest nest, boolean atomic, NestCode code, NestValues values, Dependence dependence) {
    this.nest = nest;
    this.atomic = atomic;
    this.code = code;
    this.values = values;
    this.dependence = dependence;
  }

  DType dtype(Store store) {
    return nest.slots().get(store.slot()).dtype();
  }

  /// Defines totals for the stores that combine.
  void start(List<Store> combining) {
    for (Store store : combining) {
      String total = code.fresh("total");
      String neutral = NestTypes.neutral(store.combine(), dtype(store));
      code.line(NestTypes.of(dtype(store)) + " " + total + " = " + neutral + ";");
      totals.put(store, total);
    }
  }

  String total(Store store) {
    return Objects.requireNonNull(totals.get(store), "bug: nothing was added up");
  }

  /// In each iteration.
  void visit() {
    for (Store store : nest.stores()) {
      when(
          values.condition(store.bounds()),
          () -> {
            String value = values.of(store.value());
            if (totals.containsKey(store)) {
              add(store, value);
            } else {
              put(store, value);
            }
          });
    }
  }

  /// Combines the total with one more.
  void add(Store store, String value) {
    String total = total(store);
    code.line(total + " = " + NestTypes.combine(store.combine(), dtype(store), total, value) + ";");
  }

  /// Combines the totals with memory.
  void finish(List<Store> combining) {
    for (Store store : combining) {
      boolean inside = dependence.isInside(store.slot(), store.at());
      when(inside ? "true" : values.condition(store.bounds()), () -> put(store, total(store)));
      totals.remove(store);
    }
  }

  private void when(String condition, Runnable work) {
    if (condition.equals("true")) {
      work.run();
    } else {
      code.block("if (" + condition + ")", work);
    }
  }

  private void put(Store store, String value) {
    if (store.combine() == Combine.SET) {
      code.line(values.element(store.slot(), store.at()) + " = " + value + ";");
    } else if (atomic) {
      String function = NestTypes.atomic(store.combine(), dtype(store));
      String at = values.pointer(store.slot(), store.at());
      code.line(function + "(" + at + ", " + value + ");");
    } else {
      String element = values.element(store.slot(), store.at());
      String result = NestTypes.combine(store.combine(), dtype(store), element, value);
      code.line(element + " = " + result + ";");
    }
  }
}
