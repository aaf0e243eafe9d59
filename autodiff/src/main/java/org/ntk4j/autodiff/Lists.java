package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.ir.Atom.Var;

/// Parts of lists.
final class Lists {
  private Lists() {}

  static <T> List<T> concat(List<? extends T> a, List<? extends T> b) {
    List<T> all = new ArrayList<>(a);
    all.addAll(b);
    return List.copyOf(all);
  }

  /// The elements from index `from` on.
  static <T> List<T> from(List<T> all, int from) {
    return all.subList(from, all.size());
  }

  static <T> List<T> pick(List<T> all, List<Integer> indices) {
    return indices.stream().map(all::get).toList();
  }

  /// Where `flags` is true.
  static List<Integer> indices(List<Boolean> flags) {
    return IntStream.range(0, flags.size()).filter(flags::get).boxed().toList();
  }

  /// Where `flags` is false.
  static List<Integer> gaps(List<Boolean> flags) {
    return IntStream.range(0, flags.size()).filter(i -> !flags.get(i)).boxed().toList();
  }

  /// New variables of the same avals.
  static List<Var> fresh(List<Var> like) {
    return like.stream().map(v -> new Var(v.aval())).toList();
  }
}
