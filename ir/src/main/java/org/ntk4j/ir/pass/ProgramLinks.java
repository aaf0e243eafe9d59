package org.ntk4j.ir.pass;

import static org.ntk4j.ir.pass.AxisLinks.NONE;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.While;

/// Axis links through whole programs.
///
/// A value's *state* says how it depends on the one source tensor that is followed: empty if not at
/// all, else for each axis of the source the linked axis of the value or [AxisLinks#NONE].
final class ProgramLinks {
  private ProgramLinks() {}

  static Optional<List<Integer>> of(HigherOrder op, List<Aval> operands, int operand, int result) {
    int rank = operands.get(operand).rank();
    return switch (op) {
      case Call(_, Program body) -> body(body, rank, operand, result);
      case Checkpoint(Program body) -> body(body, rank, operand, result);
      case CustomJvp(Program body, _) -> body(body, rank, operand, result);
      case CustomVjp(Program body, _, _) -> body(body, rank, operand, result);
      case Cond(var branches) -> cond(branches, rank, operand, result);
      case While loop -> loop(loop, operands, operand).get(result);
      case Scan scan -> scan(scan, rank, operand, result);
    };
  }

  /// States of the outputs of `p`, given those of its inputs.
  static List<Optional<List<Integer>>> outputs(Program p, List<Optional<List<Integer>>> inputs) {
    Map<Var, Optional<List<Integer>>> states = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      states.put(p.inputs().get(i), inputs.get(i));
    }
    for (Equation e : p.equations()) {
      for (int r = 0; r < e.out().size(); r++) {
        states.put(e.out().get(r), result(e, r, states));
      }
    }
    return p.outputs().stream().map(x -> state(x, states)).toList();
  }

  private static Optional<List<Integer>> state(Atom x, Map<Var, Optional<List<Integer>>> states) {
    return x instanceof Var v ? states.getOrDefault(v, Optional.empty()) : Optional.empty();
  }

  private static Optional<List<Integer>> result(
      Equation e, int r, Map<Var, Optional<List<Integer>>> states) {
    Optional<List<Integer>> sum = Optional.empty();
    for (int k = 0; k < e.in().size(); k++) {
      Optional<List<Integer>> x = state(e.in().get(k), states);
      if (x.isPresent()) {
        sum = join(sum, through(x.get(), AxisLinks.dependence(e.op(), e.operandAvals(), k, r)));
      }
    }
    return sum;
  }

  private static Optional<List<Integer>> through(List<Integer> x, Optional<List<Integer>> links) {
    return links.map(l -> x.stream().map(axis -> axis == NONE ? NONE : l.get(axis)).toList());
  }

  /// Dependence through either of two ways.
  private static Optional<List<Integer>> join(
      Optional<List<Integer>> x, Optional<List<Integer>> y) {
    if (x.isEmpty() || y.isEmpty()) {
      return x.isEmpty() ? y : x;
    }
    return Optional.of(
        IntStream.range(0, x.get().size())
            .mapToObj(a -> x.get().get(a).equals(y.get().get(a)) ? x.get().get(a) : NONE)
            .toList());
  }

  private static List<Optional<List<Integer>>> joinAll(
      List<Optional<List<Integer>>> x, List<Optional<List<Integer>>> y) {
    return IntStream.range(0, x.size()).mapToObj(i -> join(x.get(i), y.get(i))).toList();
  }

  /// Only input `source` depends on the source, by `state`.
  private static List<Optional<List<Integer>>> only(int inputs, int source, List<Integer> state) {
    List<Optional<List<Integer>>> states = new ArrayList<>(Collections.nCopies(inputs, none()));
    states.set(source, Optional.of(state));
    return states;
  }

  private static Optional<List<Integer>> none() {
    return Optional.empty();
  }

  private static Optional<List<Integer>> body(Program p, int rank, int operand, int result) {
    return outputs(p, only(p.inputs().size(), operand, AxisLinks.identity(rank))).get(result);
  }

  private static Optional<List<Integer>> cond(
      List<Program> branches, int rank, int operand, int result) {
    if (operand == 0) {
      return Optional.of(List.of());
    }
    Optional<List<Integer>> sum = none();
    for (Program branch : branches) {
      sum = join(sum, body(branch, rank, operand - 1, result));
    }
    return sum;
  }

  /// The number of iterations is a dependence of every carry that an iteration changes.
  private static List<Optional<List<Integer>>> loop(While loop, List<Aval> operands, int operand) {
    int rank = operands.get(operand).rank();
    List<Optional<List<Integer>>> carry = only(operands.size(), operand, AxisLinks.identity(rank));
    for (boolean more = true; more; ) {
      List<Optional<List<Integer>>> next = joinAll(carry, outputs(loop.body(), carry));
      more = !next.equals(carry);
      carry = next;
    }
    if (outputs(loop.condition(), carry).getFirst().isEmpty()) {
      return carry;
    }
    List<Optional<List<Integer>>> mixed = new ArrayList<>(carry);
    for (int i = 0; i < mixed.size(); i++) {
      if (loop.body().outputs().get(i) != loop.body().inputs().get(i)) {
        mixed.set(i, Optional.of(Collections.nCopies(rank, NONE)));
      }
    }
    return mixed;
  }

  private static Optional<List<Integer>> scan(Scan s, int rank, int operand, int result) {
    boolean stacked = operand >= s.consts() + s.carries();
    int seen = stacked ? rank - 1 : rank; // The body sees one step of a stacked operand.
    List<Optional<List<Integer>>> states =
        only(s.body().inputs().size(), operand, AxisLinks.identity(seen));
    List<Optional<List<Integer>>> carry = states.subList(s.consts(), s.consts() + s.carries());
    for (boolean more = true; more; ) {
      List<Optional<List<Integer>>> next =
          joinAll(carry, outputs(s.body(), states).subList(0, s.carries()));
      more = !next.equals(carry);
      Collections.copy(carry, next);
    }
    if (result < s.carries()) {
      return carry.get(result).map(links -> stacked ? prepend(NONE, links) : links);
    }
    Optional<List<Integer>> y =
        outputs(s.body(), states)
            .get(result)
            .map(links -> links.stream().map(axis -> axis == NONE ? NONE : axis + 1).toList());
    return stacked ? y.map(links -> prepend(time(s, states, operand, result), links)) : y;
  }

  /// The time axes are linked if no step of `y` depends on the source through the carry.
  private static int time(Scan s, List<Optional<List<Integer>>> states, int operand, int result) {
    List<Optional<List<Integer>>> carried = new ArrayList<>(states);
    carried.set(operand, Optional.empty());
    return outputs(s.body(), carried).get(result).isEmpty() ? 0 : NONE;
  }

  private static List<Integer> prepend(int axis, List<Integer> links) {
    List<Integer> result = new ArrayList<>(links);
    result.addFirst(axis);
    return result;
  }
}
