package org.ntk4j.ir.nest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ntk4j.ir.schedule.Expr.Bound;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.Index.Scaled;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Which loops may be cut so that no two pieces write one element.
///
/// A store that replaces writes each element once. One that combines may write an element in many
/// iterations: its index must tell which iteration of the loop that is, as a digit of a number
/// does, whatever the other digits are.
public final class Separable {
  private Separable() {}

  /// Loops of `nest`, ascending.
  public static List<Integer> loops(LoopNest nest) {
    Map<Integer, Store> combined = new HashMap<>();
    for (Store store : nest.stores()) {
      if (store.combine() != Combine.SET && combined.put(store.slot(), store) != null) {
        return List.of();
      }
    }
    List<Set<Integer>> digits = combined.values().stream().map(s -> digits(s, nest)).toList();
    return nest.parallel().stream()
        .filter(d -> digits.stream().allMatch(set -> set.contains(d)))
        .toList();
  }

  /// A summand of an index: `coefficient` times a number that takes `extent` values.
  ///
  /// @param loop whose variable that is; −1 if it is computed
  private record Digit(long coefficient, long extent, int loop) {}

  /// The loops whose variables can be told from the element that `store` writes.
  private static Set<Integer> digits(Store store, LoopNest nest) {
    Index at = store.at();
    List<Digit> digits = new ArrayList<>();
    for (int d = 0; d < at.rank(); d++) {
      if (at.coefficient(d) != 0) {
        digits.add(new Digit(Math.abs(at.coefficient(d)), nest.extents().get(d), d));
      }
    }
    long unknown = 0;
    for (Scaled scaled : at.dynamic()) {
      Optional<Bound> range = range(scaled, store.bounds());
      if (range.isPresent()) {
        long extent = range.get().to() - range.get().from();
        digits.add(new Digit(Math.abs(scaled.coefficient()), extent, -1));
      } else {
        unknown = gcd(unknown, Math.abs(scaled.coefficient()));
      }
    }
    return separated(digits, unknown);
  }

  /// The digits of a number that is known up to multiples of `unknown`; 0 stands for known.
  private static Set<Integer> separated(List<Digit> digits, long unknown) {
    List<Digit> ascending =
        digits.stream()
            .filter(d -> unknown == 0 || d.coefficient % unknown != 0)
            .sorted(Comparator.comparingLong(Digit::coefficient))
            .toList();
    Set<Integer> loops = new HashSet<>();
    long span = 0;
    for (Digit digit : ascending) {
      if (span >= digit.coefficient) {
        return Set.of();
      }
      span += digit.coefficient * (digit.extent - 1);
      loops.add(digit.loop);
    }
    return unknown != 0 && span >= unknown ? Set.of() : loops;
  }

  /// A bound on the value itself, without which nothing is stored.
  private static Optional<Bound> range(Scaled scaled, List<Bound> bounds) {
    return bounds.stream()
        .filter(b ->
            b.value().offset() == 0
                && b.value().coefficients().stream().allMatch(c -> c == 0)
                && b.value().dynamic().size() == 1
                && b.value().dynamic().getFirst().coefficient() == 1
                && b.value().dynamic().getFirst().value() == scaled.value())
        .findFirst();
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
