package org.ntk4j.ir.pass;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.While;

/// The programs inside primitives.
final class Nested {
  private Nested() {}

  /// `op` with `f` applied to each program it holds; `op` itself if `f` changes none.
  static Primitive map(Primitive op, UnaryOperator<Program> f) {
    if (!(op instanceof HigherOrder higher)) {
      return op;
    }
    List<Program> before = higher.programs();
    List<Program> after = new ArrayList<>();
    boolean changed = false;
    for (Program p : before) {
      Program q = f.apply(p);
      after.add(q);
      changed |= q != p;
    }
    return changed ? with(higher, after) : op;
  }

  /// `p` with `f` applied to each program its equations hold; `p` itself if `f` changes none.
  static Program mapAll(Program p, UnaryOperator<Program> f) {
    List<Equation> equations = new ArrayList<>(p.equations().size());
    boolean changed = false;
    for (Equation e : p.equations()) {
      Primitive op = map(e.op(), f);
      changed |= op != e.op();
      equations.add(op == e.op() ? e : new Equation(op, e.in(), e.out()));
    }
    return changed ? new Program(p.inputs(), equations, p.outputs()) : p;
  }

  /// `op` holding `programs` (in the order of [HigherOrder#programs]).
  static HigherOrder with(HigherOrder op, List<Program> programs) {
    return switch (op) {
      case Call(String name, Program _) -> new Call(name, programs.getFirst());
      case Checkpoint _ -> new Checkpoint(programs.getFirst());
      case Cond _ -> new Cond(programs);
      case While _ -> new While(programs.get(0), programs.get(1));
      case Scan(Program _, int consts, int carries, long length, boolean reverse) ->
          new Scan(programs.getFirst(), consts, carries, length, reverse);
      case CustomJvp _ -> new CustomJvp(programs.get(0), programs.get(1));
      case CustomVjp _ -> new CustomVjp(programs.get(0), programs.get(1), programs.get(2));
    };
  }
}
