package org.ntk4j.ir.pass;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;

/// The two sides of a [Split] of `K(θ, x, y)`, where `y` is of the same kind as `x`, as one: what
/// is computed for one of the examples serves it as `x` and as `y`.
///
/// @param side `(θ.., s.., x..) -> h..`, each result once
/// @param first number of the result `h` that is `f[k]`, for each `k`
/// @param second number of the result `h` that is `g[k]`, for each `k`
/// @param diagonal `pair` for `y = x`: `(θ.., s.., x.., h..) -> outputs of K`
public record Twins(Program side, List<Integer> first, List<Integer> second, Program diagonal) {
  public Twins {
    first = List.copyOf(first);
    second = List.copyOf(second);
  }

  /// The sides of `split`, whose `x` and `y` have the same avals.
  public static Twins of(Split split) {
    Builder b = new Builder();
    List<Var> inputs = split.first().inputAvals().stream().map(Var::new).toList();
    List<Atom> all = new ArrayList<>(b.inline(split.first(), inputs));
    all.addAll(b.inline(split.second(), inputs));
    Program both = new Dce().apply(new Cse().apply(b.build(inputs, all)));
    Map<Atom, Integer> numbers = new LinkedHashMap<>();
    List<Integer> order = new ArrayList<>();
    for (Atom a : both.outputs()) {
      numbers.putIfAbsent(a, numbers.size());
      order.add(numbers.getOrDefault(a, -1));
    }
    Program side = new Program(both.inputs(), both.equations(), List.copyOf(numbers.keySet()));
    Verify.check(side, "twins");
    int cut = split.first().outputs().size();
    List<Integer> first = order.subList(0, cut);
    List<Integer> second = order.subList(cut, order.size());
    return new Twins(side, first, second, diagonal(split, side, first, second));
  }

  private static Program diagonal(
      Split split, Program side, List<Integer> first, List<Integer> second) {
    int shared = split.shared().inputs().size() + split.shared().outputs().size();
    List<Var> inputs = new ArrayList<>(side.inputAvals().stream().map(Var::new).toList());
    List<Var> results = side.outputAvals().stream().map(Var::new).toList();
    List<Atom> arguments = new ArrayList<>(inputs);
    arguments.addAll(inputs.subList(shared, inputs.size()));
    first.forEach(k -> arguments.add(results.get(k)));
    second.forEach(k -> arguments.add(results.get(k)));
    inputs.addAll(results);
    Builder b = new Builder();
    List<Atom> outputs = b.inline(split.pair(), arguments);
    return Passes.standard().apply(b.build(inputs, outputs));
  }
}
