package org.ntk4j.ir.schedule;

import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;

/// Perfectly nested loops over a box; each iteration computes some scalars and stores them.
///
/// Iterations may run in any order, up to rounding of combined stores. The order of the loops here
/// is that of the axes of the values, not the order in which a back end nests them.
///
/// @param extents number of iterations of each loop
/// @param slots the buffers read and written; no two share memory
/// @param stores what is stored, in this order within an iteration; no store writes what a load of
///   the nest reads
public record LoopNest(List<Long> extents, List<Slot> slots, List<Store> stores) {
  public LoopNest {
    extents = List.copyOf(extents);
    slots = List.copyOf(slots);
    stores = List.copyOf(stores);
  }

  /// A buffer of the nest.
  ///
  /// @param elements its size: every access is below
  /// @param written whether a store writes it; else it is only read
  public record Slot(DType dtype, long elements, boolean written) {}

  /// How a store treats the element that was there.
  public enum Combine {
    /// Replaces it. No two iterations store to one element.
    SET,
    /// Adds; on booleans: or.
    ADD,
    /// Multiplies.
    MUL,
    /// The larger; NaN wins.
    MAX,
    /// The smaller; NaN wins.
    MIN
  }

  /// `slot[at] = combine(slot[at], value)`, skipped unless all bounds hold: what `value` and `at`
  /// read exists only then. The element is initialized by an earlier step unless it is set.
  ///
  /// @param bounds empty: always
  public record Store(int slot, Combine combine, List<Expr.Bound> bounds, Index at, Expr value) {
    public Store {
      bounds = List.copyOf(bounds);
    }
  }

  /// Number of loops.
  public int rank() {
    return extents.size();
  }

  /// Number of iterations.
  public long iterations() {
    return extents.stream().reduce(1L, (a, b) -> a * b);
  }

  /// The loops along which iterations write different elements, so that they may run in different
  /// threads: those on which the element of every store depends, other than by what is computed.
  public List<Integer> parallel() {
    return IntStream.range(0, rank())
        .filter(d -> stores.stream().allMatch(s -> s.at().coefficient(d) != 0))
        .boxed()
        .toList();
  }
}
