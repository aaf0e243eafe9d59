package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
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

/// Which results depend on which operands.
final class Dependence {
  private Dependence() {}

  /// For each output of `p`, whether it depends on an input that `inputs` marks.
  static List<Boolean> of(Program p, List<Boolean> inputs) {
    Set<Atom> dependent = new HashSet<>(Lists.pick(p.inputs(), Lists.indices(inputs)));
    for (Equation e : p.equations()) {
      mark(dependent, e);
    }
    return p.outputs().stream().map(dependent::contains).toList();
  }

  /// Adds to `dependent` the results of `e` that depend on an atom in it.
  static void mark(Set<Atom> dependent, Equation e) {
    List<Boolean> in = e.in().stream().map(dependent::contains).toList();
    List<Boolean> out = of(e.op(), in, e.out().size());
    dependent.addAll(Lists.pick(e.out(), Lists.indices(out)));
  }

  private static List<Boolean> of(Primitive op, List<Boolean> in, int results) {
    List<Boolean> any = Collections.nCopies(results, in.contains(true));
    return switch (op) {
      case Elementwise _, Multilinear _, PiecewiseConstant _, Nonlinear _ -> any;
      case HigherOrder h ->
          switch (h) {
            case Call(_, var body) -> of(body, in);
            case Checkpoint(var body) -> of(body, in);
            case Cond(var branches) -> in.getFirst() ? any : ofAny(branches, Lists.from(in, 1));
            case Scan s -> of(s.body(), carried(s.body(), s.consts(), s.carries(), in));
            case While(var condition, var body) -> {
              List<Boolean> carry = carried(body, 0, in.size(), in);
              yield of(condition, carry).getFirst() ? any : carry;
            }
            case CustomJvp _, CustomVjp _ -> any;
          };
    };
  }

  private static List<Boolean> ofAny(List<Program> branches, List<Boolean> in) {
    List<List<Boolean>> all = branches.stream().map(p -> of(p, in)).toList();
    return IntStream.range(0, branches.getFirst().outputs().size())
        .mapToObj(i -> all.stream().anyMatch(flags -> flags.get(i)))
        .toList();
  }

  /// `inputs` of a loop's body, and the carries that come to depend on them.
  static List<Boolean> carried(Program body, int consts, int carries, List<Boolean> inputs) {
    List<Boolean> flags = new ArrayList<>(inputs);
    boolean grows = true;
    while (grows) {
      List<Boolean> out = of(body, flags);
      grows = false;
      for (int i = 0; i < carries; i++) {
        if (out.get(i) && !flags.get(consts + i)) {
          flags.set(consts + i, true);
          grows = true;
        }
      }
    }
    return List.copyOf(flags);
  }
}
