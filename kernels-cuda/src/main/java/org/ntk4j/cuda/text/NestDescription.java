package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// What a store does, for those who read the text of a kernel.
final class NestDescription {
  private NestDescription() {}

  static String of(Store store, LoopNest nest) {
    String what =
        switch (store.combine()) {
          case SET -> " is set";
          case ADD -> " is added to";
          case MUL -> " is multiplied";
          case MAX -> " becomes the maximum";
          case MIN -> " becomes the minimum";
        };
    String bounds = store.bounds().isEmpty() ? "" : ", within bounds";
    String dtype = nest.slots().get(store.slot()).dtype().toString();
    return dtype + " p" + store.slot() + "[" + of(store.at()) + "]" + what + bounds + ".";
  }

  private static String of(Index at) {
    List<String> parts = new ArrayList<>();
    for (int d = 0; d < at.rank(); d++) {
      long c = at.coefficient(d);
      if (c != 0) {
        parts.add(c == 1 ? "i" + d : c + " i" + d);
      }
    }
    at.dynamic().forEach(_ -> parts.add("what is read"));
    if (at.offset() != 0 || parts.isEmpty()) {
      parts.add(Long.toString(at.offset()));
    }
    return String.join(" + ", parts);
  }
}
