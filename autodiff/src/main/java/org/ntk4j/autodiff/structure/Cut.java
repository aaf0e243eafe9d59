package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Multilinear;

/// Splits the linear part at the first values that carry the examples.
///
/// Before the cut every value is a sum of indexed linear maps of parameters; each summand of a
/// value at the cut is a *use* of its parameter. After it lies the *rest*: a linear program from
/// the values at the cut to the output, whose transpose gives the cotangents of the uses. A value
/// before the cut that has no such form becomes a root of its own, a *pseudo-parameter*.
final class Cut {
  /// A value before the cut is a sum of at most this many maps, each with at most this many
  /// factors; beyond, it is a pseudo-parameter.
  private static final int MAPS_MAX = 8;

  private static final int FACTORS_MAX = 6;

  /// A use of a root: the value at `input` of the rest is `map` (plus other uses).
  ///
  /// @param input the variable of the rest that stands for the value
  /// @param example the axis of the value that is the output's example axis, if there is one
  record Use(IndexedMap map, Var input, OptionalInt example) {}

  private final Builder b;
  private final Alignment alignment;
  private final Predicate<Atom> carriesExamples;
  private final StructureOptions options;
  private final Map<Atom, List<IndexedMap>> before = new HashMap<>();
  private final Map<Atom, Atom> after = new HashMap<>();

  final List<Use> uses = new ArrayList<>();
  final List<Equation> rest = new ArrayList<>();

  /// Pseudo-parameters, with the name of the primitive that made each.
  final Map<Var, String> pseudo = new LinkedHashMap<>();

  /// Names of the primitives that had no rule, by the root whose use was pulled back through them.
  final Map<Var, List<String>> fallbacks = new HashMap<>();

  private Cut(
      Builder b, Alignment alignment, Predicate<Atom> carriesExamples, StructureOptions options) {
    this.options = options;
    this.b = b;
    this.alignment = alignment;
    this.carriesExamples = carriesExamples;
  }

  /// @param carriesExamples whether a residual has an axis of examples
  static Cut of(
      Builder b,
      LinearPart part,
      Alignment alignment,
      Predicate<Atom> carriesExamples,
      StructureOptions options) {
    Cut cut = new Cut(b, alignment, carriesExamples, options);
    for (Var tangent : part.tangents()) {
      if (alignment.reaches(tangent)) {
        cut.settle(tangent, List.of(IndexedMap.identity(tangent)));
      }
    }
    for (Equation e : part.equations()) {
      if (e.out().stream().anyMatch(alignment::reaches)) {
        cut.equation(e);
      }
    }
    return cut;
  }

  /// The output's tangent in the rest; a use of its own if the cut was never reached.
  Atom output(Atom output) {
    List<IndexedMap> maps = before.remove(output);
    if (maps != null) {
      cutAt((Var) output, maps, Optional.empty());
    }
    return after.getOrDefault(output, output);
  }

  /// Records a value before the cut, or cuts there at once if it is aligned with the output.
  private void settle(Var value, List<IndexedMap> maps) {
    if (alignment.of(value).isPresent()) {
      cutAt(value, maps, Optional.empty());
    } else {
      before.put(value, maps);
    }
  }

  private void cutAt(Var value, List<IndexedMap> maps, Optional<Var> already) {
    Var input = new Var(value.aval());
    maps.forEach(map -> uses.add(new Use(map, input, alignment.of(value))));
    after.put(value, already.<Atom>map(v -> add(v, input)).orElse(input));
  }

  private Var add(Var x, Var y) {
    Var sum = new Var(x.aval());
    rest.add(new Equation(new Add(), List.of(x, y), List.of(sum)));
    return sum;
  }

  private void equation(Equation e) {
    boolean crossed =
        e.in().stream().anyMatch(x -> after.containsKey(x) || isData(x))
            || e.out().stream().anyMatch(y -> alignment.of(y).isPresent());
    if (crossed) {
      cross(e);
    } else {
      stayBefore(e);
    }
  }

  private boolean isData(Atom x) {
    return !before.containsKey(x) && carriesExamples.test(x);
  }

  private void stayBefore(Equation e) {
    Optional<List<IndexedMap>> maps = maps(e, before::containsKey);
    if (maps.isPresent() && isSmall(maps.get())) {
      before.put(e.result(), maps.get());
      return;
    }
    for (Var y : e.out()) {
      pseudo.put(y, e.op().mnemonic());
      before.put(y, List.of(IndexedMap.identity(y)));
    }
  }

  private static boolean isSmall(Collection<IndexedMap> maps) {
    return maps.size() <= MAPS_MAX
        && maps.stream().allMatch(m -> m.factors().size() <= FACTORS_MAX);
  }

  /// The result of `e` as a function of the operands that `wanted` says, if every rule has an
  /// answer.
  private Optional<List<IndexedMap>> maps(Equation e, Predicate<Atom> wanted) {
    List<IndexedMap> all = new ArrayList<>();
    for (int k = 0; k < e.in().size(); k++) {
      if (wanted.test(e.in().get(k))) {
        Optional<List<IndexedMap>> maps = maps(e, k);
        if (maps.isEmpty()) {
          return Optional.empty();
        }
        all.addAll(maps.get());
      }
    }
    return Optional.of(all);
  }

  private Optional<List<IndexedMap>> maps(Equation e, int k) {
    if (!options.jacobianRules() || !(e.op() instanceof Multilinear op)) {
      return Optional.empty();
    }
    List<IndexedMap> result = new ArrayList<>();
    for (IndexedMap map : beforeMaps(e.in().get(k))) {
      Optional<IndexedMap> next = MapRules.apply(b, op, e.in(), k, map);
      if (next.isEmpty() || embedsExamples(next.get(), e.result())) {
        return Optional.empty();
      }
      result.add(next.get());
    }
    return Optional.of(result);
  }

  private boolean embedsExamples(IndexedMap map, Var value) {
    OptionalInt example = alignment.of(value);
    return example.isPresent() && map.axes().get(example.getAsInt()).embedding().isPresent();
  }

  private List<IndexedMap> beforeMaps(Atom x) {
    return Objects.requireNonNull(before.get(x), "bug: not before the cut");
  }

  /// The result carries the examples: operands before the cut become uses, through a rule where
  /// there is one, else at the operand itself.
  private void cross(Equation e) {
    List<IndexedMap> maps = new ArrayList<>();
    List<Atom> in = new ArrayList<>();
    boolean linear = false;
    for (int k = 0; k < e.in().size(); k++) {
      Atom x = e.in().get(k);
      if (!before.containsKey(x)) {
        in.add(after.getOrDefault(x, x));
        linear |= after.containsKey(x);
        continue;
      }
      Optional<List<IndexedMap>> through = maps(e, k);
      if (through.isPresent()) {
        maps.addAll(through.get());
        in.add(Literal.of(0, x.aval()));
      } else {
        in.add(fallBack(e, (Var) x));
        linear = true;
      }
    }
    if (linear) {
      List<Var> out = e.out().stream().map(y -> new Var(y.aval())).toList();
      rest.add(new Equation(e.op(), in, out));
      for (int i = 0; i < out.size(); i++) {
        after.put(e.out().get(i), out.get(i));
      }
    }
    if (!maps.isEmpty()) {
      cutAt(e.result(), maps, linear ? Optional.of((Var) after(e.result())) : Optional.empty());
    }
  }

  private Atom after(Var y) {
    return Objects.requireNonNull(after.get(y), "bug: not after the cut");
  }

  /// Cuts at operand `x` of `e` alone: its cotangent comes from the transpose of `e`.
  private Var fallBack(Equation e, Var x) {
    Var input = new Var(x.aval());
    for (IndexedMap map : beforeMaps(x)) {
      uses.add(new Use(map, input, OptionalInt.empty()));
      fallbacks.computeIfAbsent(map.root(), _ -> new ArrayList<>()).add(e.op().mnemonic());
    }
    return input;
  }
}
