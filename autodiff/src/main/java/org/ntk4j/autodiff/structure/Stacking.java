package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ntk4j.autodiff.structure.Uses.UseSide;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Builder;

/// Uses of the same form become one use with one more index.
///
/// The k² pairs of a recurrent network's weight are then one term, and "sum the gradients first" is
/// just one of its contraction orders.
final class Stacking {
  private Stacking() {}

  static List<UseSide> stack(Builder b, List<UseSide> uses) {
    Map<String, List<UseSide>> groups = new LinkedHashMap<>();
    for (UseSide use : uses) {
      groups.computeIfAbsent(form(use.dense().map()), _ -> new ArrayList<>()).add(use);
    }
    List<UseSide> stacked = new ArrayList<>();
    for (List<UseSide> group : groups.values()) {
      boolean canStack =
          group.size() > 1
              && group.getFirst().dense().map().factors().stream()
                  .allMatch(Dense.class::isInstance);
      if (canStack) {
        Side side = stackSides(b, group.stream().map(UseSide::dense).toList());
        stacked.add(new UseSide(side, Optional.empty()));
      } else {
        stacked.addAll(group);
      }
    }
    return stacked;
  }

  /// Everything about a map but its arrays and the identity of its indices.
  private static String form(IndexedMap map) {
    Names names = new Names();
    StringBuilder form = new StringBuilder().append(map.coefficient());
    map.axes().forEach(a -> form.append(" axis ").append(names.of(a.digits())));
    map.factors().forEach(f -> form.append(" ").append(kind(f)).append(names.of(f.indices())));
    for (Digit d : map.digits()) {
      form.append(" digit ");
      form.append(d.link().map(l -> link(names, l)).orElseGet(() -> names.of(List.of(d.index()))));
    }
    return form.toString();
  }

  private static String kind(Factor factor) {
    return switch (factor) {
      case Dense dense -> "dense " + dense.array().aval().dtype();
      case Patches patches -> "patches " + patches.conv();
    };
  }

  private static String link(Names names, Link link) {
    return switch (link) {
      case Link.Affine(var inner, var start, var stride) ->
          start + "+" + stride + names.of(List.of(inner));
      case Link.Fixed(var start) -> "" + start;
      // Tables are arrays that would have to be stacked too: left apart by their identity.
      case Link.Table(var ids) ->
          "table" + System.identityHashCode(ids.array()) + names.of(ids.indices());
    };
  }

  /// Numbers indices in the order in which they are met.
  private static final class Names {
    private final Map<Index, Integer> numbers = new HashMap<>();

    String of(List<Index> indices) {
      return indices.stream()
          .map(i -> numbers.computeIfAbsent(i, _ -> numbers.size()) + ":" + i.size())
          .toList()
          .toString();
    }
  }

  private static Side stackSides(Builder b, List<Side> sides) {
    IndexedMap template = sides.getFirst().map();
    Index use = new Index(sides.size());
    List<Factor> factors = new ArrayList<>();
    boolean varies = false;
    for (int f = 0; f < template.factors().size(); f++) {
      int position = f;
      List<Atom> arrays =
          sides.stream().map(s -> ((Dense) s.map().factors().get(position)).array()).toList();
      Dense first = (Dense) template.factors().get(f);
      boolean same = arrays.stream().allMatch(a -> a == arrays.getFirst());
      varies |= !same;
      factors.add(same ? first : stack(b, use, arrays, first.indices()));
    }
    IndexedMap map =
        new IndexedMap(
            template.root(),
            varies ? template.coefficient() : template.coefficient() * sides.size(),
            factors,
            template.axes(),
            template.digits());
    return new Side(map);
  }

  private static Dense stack(Builder b, Index use, List<Atom> arrays, List<Index> indices) {
    List<Atom> rows =
        arrays.stream()
            .map(a -> (Atom) b.reshape(a, Shape.of(1).concat(a.aval().shape())))
            .toList();
    return new Dense(b.concatenate(0, rows), Dense.concat(List.of(use), indices));
  }
}
