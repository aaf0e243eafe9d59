package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.ntk4j.autodiff.Batch;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Transpose;

/// Jacobians of a network inside a program: `J[a.., w..] = ∂y[a..] / ∂θ[w..]`.
///
/// @param outputs the network's outputs
/// @param ofOutput for each output wanted, its Jacobian by each active parameter
record Jacobians(List<Atom> outputs, Map<Integer, List<Atom>> ofOutput) {

  /// The Jacobian of `output` by active parameter `parameter`.
  Atom of(int output, int parameter) {
    return Objects.requireNonNull(ofOutput.get(output), "bug: not computed").get(parameter);
  }

  /// By rows: one reverse pass for each element of each output wanted.
  static Jacobians reverse(
      Builder b, Program p, List<Boolean> active, List<? extends Atom> args, Set<Integer> wanted) {
    LinearSide side = LinearSide.of(b, p, active, args);
    Map<Integer, List<Atom>> rows = new HashMap<>();
    for (int output : wanted) {
      Aval y = side.outputs().get(output).aval();
      if (y.size() == 0) {
        rows.put(output, empty(y, side.tangents()));
        continue;
      }
      List<Boolean> seeded =
          IntStream.range(0, side.outputs().size()).mapToObj(i -> i == output).toList();
      List<Atom> seeds = side.cotangents(output, OneHot.all(b, y));
      List<Atom> flat = side.pullAll(b, y.size(), seeds, seeded);
      List<Atom> shaped = new ArrayList<>();
      for (int k = 0; k < flat.size(); k++) {
        Shape w = side.tangents().get(k).shape();
        shaped.add(b.emit(new Reshape(y.shape().concat(w)), flat.get(k)));
      }
      rows.put(output, shaped);
    }
    return new Jacobians(side.outputs(), rows);
  }

  private static List<Atom> empty(Aval y, List<Aval> parameters) {
    List<Atom> empty = new ArrayList<>();
    parameters.forEach(w -> empty.add(Literal.of(0, w.withShape(y.shape().concat(w.shape())))));
    return empty;
  }

  /// By columns: one forward pass for each element of each active parameter.
  static Jacobians forward(
      Builder b, Program p, List<Boolean> active, List<? extends Atom> args, Set<Integer> wanted) {
    LinearSide side = LinearSide.of(b, p, active, args);
    Map<Integer, List<Atom>> columns = new HashMap<>();
    wanted.forEach(output -> columns.put(output, new ArrayList<>()));
    for (int k = 0; k < side.tangents().size(); k++) {
      List<Atom> pushed = pushed(b, side, k);
      Shape w = side.tangents().get(k).shape();
      columns.forEach((output, list) -> {
        Aval y = side.outputs().get(output).aval();
        list.add(pushed.isEmpty() ? zero(y, w) : parameterLast(b, pushed.get(output), w, y));
      });
    }
    return new Jacobians(side.outputs(), columns);
  }

  private static Atom zero(Aval y, Shape w) {
    return Literal.of(0, y.withShape(y.shape().concat(w)));
  }

  /// `[w, a..]` for each output; nothing for a parameter of no elements.
  private static List<Atom> pushed(Builder b, LinearSide side, int parameter) {
    Aval w = side.tangents().get(parameter);
    if (w.size() == 0) {
      return List.of();
    }
    List<Atom> seeds = LinearSide.zeros(side.tangents());
    seeds.set(parameter, OneHot.all(b, w));
    List<Boolean> seeded = IntStream.range(0, seeds.size()).mapToObj(i -> i == parameter).toList();
    return side.pushAll(b, w.size(), seeds, seeded);
  }

  /// `[w, a..] -> [a.., w..]`.
  private static Atom parameterLast(Builder b, Atom x, Shape w, Aval y) {
    List<Integer> order = new ArrayList<>();
    IntStream.rangeClosed(1, y.rank()).forEach(order::add);
    order.add(0);
    Atom moved = b.emit(new Transpose(order), x);
    return b.emit(new Reshape(y.shape().concat(w)), moved);
  }

  /// By rows, for one example at a time: as many reverse passes as an example has outputs.
  static Jacobians perExample(
      Builder b,
      PerExample single,
      List<Boolean> active,
      List<? extends Atom> args,
      Set<Integer> wanted) {
    List<Integer> order = List.copyOf(wanted);
    Program rows = exampleRows(single, active, order);
    List<Atom> all =
        b.inline(Batch.all(rows, single.examples(), single.batched()), single.arguments(b, args));
    List<Atom> results = all.stream().map(x -> withoutOne(b, x)).toList();
    int outputs = single.program().outputs().size();
    int parameters = (int) active.stream().filter(a -> a).count();
    Map<Integer, List<Atom>> ofOutput = new HashMap<>();
    for (int i = 0; i < order.size(); i++) {
      int from = outputs + i * parameters;
      ofOutput.put(order.get(i), results.subList(from, from + parameters));
    }
    return new Jacobians(results.subList(0, outputs), ofOutput);
  }

  /// One example's outputs, then the Jacobians of those wanted.
  private static Program exampleRows(
      PerExample single, List<Boolean> active, List<Integer> wanted) {
    List<Var> inputs = single.program().inputAvals().stream().map(Var::new).toList();
    List<Boolean> withNumber = new ArrayList<>(active);
    withNumber.add(false);
    Builder b = new Builder();
    Jacobians one = reverse(b, single.program(), withNumber, inputs, Set.copyOf(wanted));
    List<Atom> outputs = new ArrayList<>(one.outputs());
    wanted.forEach(i -> outputs.addAll(Objects.requireNonNull(one.ofOutput().get(i), "bug")));
    return b.build(inputs, outputs);
  }

  /// `[n, 1, ..] -> [n, ..]`.
  private static Atom withoutOne(Builder b, Atom x) {
    return b.emit(new Reshape(x.aval().shape().remove(1)), x);
  }
}
