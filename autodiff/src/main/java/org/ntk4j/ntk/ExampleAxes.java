package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.While;
import org.ntk4j.ir.pass.AxisLinks;

/// For each value of a program, the axis that counts the examples, if any: one forward pass of
/// abstract interpretation.
///
/// An equation keeps examples apart if every operand that has them shows them on one and the same
/// axis of the result. Loops iterate to a fixed point.
final class ExampleAxes {
  private final Map<Var, ExampleAxis> facts = new HashMap<>();
  private final IntFunction<String> describe;

  private ExampleAxes(IntFunction<String> describe) {
    this.describe = describe;
  }

  /// Facts about `p`, given those about its inputs.
  ///
  /// @param describe names equation number `i` of `p`
  static ExampleAxes of(Program p, List<ExampleAxis> inputs, IntFunction<String> describe) {
    ExampleAxes axes = new ExampleAxes(describe);
    for (int i = 0; i < inputs.size(); i++) {
      axes.facts.put(p.inputs().get(i), inputs.get(i));
    }
    for (int i = 0; i < p.equations().size(); i++) {
      Equation e = p.equations().get(i);
      List<ExampleAxis> results = axes.results(e, i);
      for (int r = 0; r < results.size(); r++) {
        axes.facts.put(e.out().get(r), results.get(r));
      }
    }
    return axes;
  }

  /// What is known of `x`.
  ExampleAxis at(Atom x) {
    return switch (x) {
      case Literal _ -> ExampleAxis.NONE;
      case Var v -> Objects.requireNonNull(facts.get(v), "bug: a variable without a fact");
    };
  }

  /// What is known of several values.
  List<ExampleAxis> all(List<? extends Atom> xs) {
    return xs.stream().map(this::at).toList();
  }

  private List<ExampleAxis> results(Equation e, int index) {
    List<ExampleAxis> in = all(e.in());
    if (in.stream().allMatch(ExampleAxis.None.class::isInstance)) {
      return Collections.nCopies(e.out().size(), ExampleAxis.NONE);
    }
    String by = describe.apply(index);
    return switch (e.op()) {
      case Elementwise _, Multilinear _, PiecewiseConstant _, Nonlinear _ ->
          IntStream.range(0, e.out().size()).mapToObj(r -> linked(e, in, r, by)).toList();
      case HigherOrder op -> nested(op, in, by);
    };
  }

  private static ExampleAxis linked(Equation e, List<ExampleAxis> in, int result, String by) {
    ExampleAxis fact = ExampleAxis.NONE;
    for (int i = 0; i < in.size(); i++) {
      fact = ExampleAxis.join(fact, through(e, in.get(i), i, result, by), by);
    }
    return fact;
  }

  private static ExampleAxis through(
      Equation e, ExampleAxis operand, int i, int result, String by) {
    return switch (operand) {
      case ExampleAxis.None _, ExampleAxis.Mixed _ -> operand;
      case ExampleAxis.At(int axis) -> {
        int linked = AxisLinks.of(e.op(), e.operandAvals(), i, result).get(axis);
        yield linked == AxisLinks.NONE ? new ExampleAxis.Mixed(by) : new ExampleAxis.At(linked);
      }
    };
  }

  private static List<ExampleAxis> nested(HigherOrder op, List<ExampleAxis> in, String by) {
    return switch (op) {
      case Call(_, Program body) -> outputs(body, in, by);
      case Checkpoint(Program body) -> outputs(body, in, by);
      case CustomJvp(Program body, Program _) -> outputs(body, in, by);
      case CustomVjp(Program body, Program _, Program _) -> outputs(body, in, by);
      case Cond(List<Program> branches) -> cond(branches, in, by);
      case While loop -> loop(loop, in, by);
      case Scan scan -> scanned(scan, in, by);
    };
  }

  /// Facts about a program inside equation `by`.
  static ExampleAxes inside(Program body, List<ExampleAxis> in, String by) {
    return of(body, in, _ -> by);
  }

  private static List<ExampleAxis> outputs(Program body, List<ExampleAxis> in, String by) {
    return inside(body, in, by).all(body.outputs());
  }

  private static List<ExampleAxis> cond(List<Program> branches, List<ExampleAxis> in, String by) {
    int count = branches.getFirst().outputs().size();
    if (!(in.getFirst() instanceof ExampleAxis.None)) {
      return Collections.nCopies(count, new ExampleAxis.Mixed(by));
    }
    List<ExampleAxis> joined = Collections.nCopies(count, ExampleAxis.NONE);
    for (Program branch : branches) {
      joined = join(joined, outputs(branch, in.subList(1, in.size()), by), by);
    }
    return joined;
  }

  private static List<ExampleAxis> loop(While loop, List<ExampleAxis> in, String by) {
    List<ExampleAxis> carry = in;
    List<ExampleAxis> next = join(carry, outputs(loop.body(), carry, by), by);
    while (!next.equals(carry)) {
      carry = next;
      next = join(carry, outputs(loop.body(), carry, by), by);
    }
    boolean common = outputs(loop.condition(), carry, by).getFirst() instanceof ExampleAxis.None;
    return common ? carry : Collections.nCopies(carry.size(), new ExampleAxis.Mixed(by));
  }

  private static List<ExampleAxis> scanned(Scan scan, List<ExampleAxis> in, String by) {
    List<ExampleAxis> inputs = scanInputs(scan, in, by);
    List<ExampleAxis> out = outputs(scan.body(), inputs, by);
    int ahead = scan.consts() + scan.carries();
    List<ExampleAxis> results = new ArrayList<>(inputs.subList(scan.consts(), ahead));
    out.subList(scan.carries(), out.size()).forEach(y -> results.add(y.shifted(1, by)));
    return results;
  }

  /// What the body of a scan sees, once the carry has settled.
  static List<ExampleAxis> scanInputs(Scan scan, List<ExampleAxis> in, String by) {
    int ahead = scan.consts() + scan.carries();
    List<ExampleAxis> inputs = new ArrayList<>(in.subList(0, ahead));
    in.subList(ahead, in.size()).forEach(x -> inputs.add(x.shifted(-1, by)));
    List<ExampleAxis> carry = inputs.subList(scan.consts(), ahead);
    boolean settled = false;
    while (!settled) {
      List<ExampleAxis> out = outputs(scan.body(), inputs, by).subList(0, scan.carries());
      List<ExampleAxis> next = join(carry, out, by);
      settled = next.equals(carry);
      for (int i = 0; i < next.size(); i++) {
        carry.set(i, next.get(i));
      }
    }
    return inputs;
  }

  private static List<ExampleAxis> join(List<ExampleAxis> x, List<ExampleAxis> y, String by) {
    return IntStream.range(0, x.size())
        .mapToObj(i -> ExampleAxis.join(x.get(i), y.get(i), by))
        .toList();
  }
}
