package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;

/// The derivative of one output by every parameter, as sides: one for each use, stacked where uses
/// have the same form.
final class Uses {
  private final Map<Var, List<UseSide>> byTangent = new HashMap<>();
  private final Map<Var, List<String>> fallbacks = new HashMap<>();

  /// One use of a parameter.
  ///
  /// @param dense with the cotangent as an array
  /// @param symbolic with the cotangent as a delta, where it is one
  record UseSide(Side dense, Optional<Side> symbolic) {
    Side best() {
      return symbolic.orElse(dense);
    }
  }

  private Uses() {}

  /// Uses of the tangent `parameter`.
  List<UseSide> of(Var parameter) {
    return byTangent.getOrDefault(parameter, List.of());
  }

  /// Primitives without a rule that uses of `parameter` were pulled back through.
  List<String> fallbacks(Var parameter) {
    return fallbacks.getOrDefault(parameter, List.of());
  }

  /// Finds the uses behind output `k` and emits their cotangents.
  static Uses of(
      Builder b,
      LinearPart part,
      int k,
      Predicate<Atom> carriesExamples,
      StructureOptions options) {
    Uses uses = new Uses();
    Atom output = part.outputs().get(k);
    if (output instanceof Literal) {
      return uses;
    }
    Alignment alignment = Alignment.of(part, output);
    Cut cut = Cut.of(b, part, alignment, carriesExamples, options);
    Atom rest = cut.output(output);
    Cotangents cotangents = new Cotangents(b, cut, rest);
    Map<Var, List<UseSide>> byRoot = new LinkedHashMap<>();
    for (Cut.Use use : cut.uses) {
      cotangents
          .of(use.input())
          .ifPresent(array ->
              byRoot
                  .computeIfAbsent(use.map().root(), _ -> new ArrayList<>())
                  .add(side(b, cut, rest, use, array)));
    }
    for (Var tangent : part.tangents()) {
      List<UseSide> own = byRoot.getOrDefault(tangent, List.of());
      List<UseSide> stacked = Stacking.stack(b, own);
      uses.byTangent.put(
          tangent,
          new ArrayList<>(options.structureRules() ? stacked : expand(b, stacked, output)));
      uses.fallbacks.put(
          tangent,
          new ArrayList<>(new LinkedHashSet<>(cut.fallbacks.getOrDefault(tangent, List.of()))));
    }
    uses.pullBack(b, part, cut, byRoot, output);
    return uses;
  }

  private static List<UseSide> expand(Builder b, List<UseSide> uses, Atom output) {
    DType dtype = output.aval().dtype();
    return uses.stream()
        .map(u -> new UseSide(Expansion.of(b, List.of(u.dense()), dtype), Optional.empty()))
        .toList();
  }

  private static UseSide side(Builder b, Cut cut, Atom rest, Cut.Use use, Atom cotangent) {
    Side dense = Side.of(b, use, cotangent, rest.aval().shape().dims());
    Optional<Side> symbolic =
        OuterMap.of(b, cut.rest, use.input(), rest).flatMap(outer -> Side.of(b, use, outer));
    return new UseSide(dense, symbolic);
  }

  /// Pulls the derivatives by pseudo-parameters back to the parameters.
  private void pullBack(
      Builder b, LinearPart part, Cut cut, Map<Var, List<UseSide>> byRoot, Atom output) {
    List<Var> pseudo = cut.pseudo.keySet().stream().filter(byRoot::containsKey).toList();
    if (pseudo.isEmpty()) {
      return;
    }
    Shape outs = output.aval().shape();
    DType dtype = output.aval().dtype();
    List<Atom> arrays = new ArrayList<>();
    for (Var u : pseudo) {
      List<UseSide> sides =
          Objects.requireNonNull(byRoot.get(u), "bug: no sides of a pseudo-parameter");
      Atom sum = Expansion.sum(b, sides.stream().map(UseSide::dense).toList(), dtype);
      Shape flat = Shape.of(outs.size()).concat(u.aval().shape());
      arrays.add(b.convert(Arrays.reshape(b, sum, flat), u.aval().dtype()));
    }
    List<Optional<Atom>> gradients = PullBack.emit(b, part, pseudo, arrays, outs.size());
    List<String> names = pseudo.stream().map(cut.pseudo::get).distinct().toList();
    for (int i = 0; i < part.tangents().size(); i++) {
      Var tangent = part.tangents().get(i);
      if (gradients.get(i).isPresent()) {
        Atom array = Arrays.reshape(b, gradients.get(i).get(), outs.concat(tangent.aval().shape()));
        Side side = Expansion.side(b, tangent, array, outs.rank());
        byTangent
            .computeIfAbsent(tangent, _ -> new ArrayList<>())
            .add(new UseSide(side, Optional.empty()));
        fallbacks.computeIfAbsent(tangent, _ -> new ArrayList<>()).addAll(names);
      }
    }
  }
}
