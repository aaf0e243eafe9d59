package org.ntk4j.ir.pass;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

/// Exact counts of what a program does, equation by equation.
///
/// Nested programs count as often as they run: the body of a scan `length` times, a `cond` as its
/// dearest branch, a `while` (whose trip count is unknown) once.
///
/// @param operations arithmetic operations, see [Operations]; the multiply-add of a product is two
/// @param bytes bytes of all operands read and all results written; literals take none
/// @param peakBytes bytes of the values alive at the worst moment, inputs and outputs included, if
///   every value is freed after its last use and nothing shares memory
public record Cost(long operations, long bytes, long peakBytes) {
  private static final Cost NOTHING = new Cost(0, 0, 0);

  /// The cost of running `p` once.
  public static Cost of(Program p) {
    Map<Var, Integer> lastUse = lastUses(p);
    long operations = 0;
    long bytes = 0;
    long live = p.inputs().stream().mapToLong(Cost::bytes).sum();
    long peak = live;
    for (int k = 0; k < p.equations().size(); k++) {
      Equation e = p.equations().get(k);
      Cost own = of(e);
      operations = Math.addExact(operations, own.operations);
      bytes = Math.addExact(bytes, own.bytes);
      live += bytes(e.out());
      peak = Math.max(peak, live + own.peakBytes);
      live -= dying(e, k, lastUse);
    }
    return new Cost(operations, bytes, peak);
  }

  /// The index of the last equation that uses a variable; outputs are used after the last one.
  private static Map<Var, Integer> lastUses(Program p) {
    Map<Var, Integer> last = new HashMap<>();
    for (int k = 0; k < p.equations().size(); k++) {
      int at = k;
      p.equations().get(k).in().forEach(x -> put(x, at, last));
      p.equations().get(k).out().forEach(y -> put(y, at, last));
    }
    p.outputs().forEach(x -> put(x, p.equations().size(), last));
    return last;
  }

  private static void put(Atom x, int at, Map<Var, Integer> last) {
    if (x instanceof Var v) {
      last.put(v, at);
    }
  }

  private static long dying(Equation e, int at, Map<Var, Integer> lastUse) {
    Set<Var> dying = new HashSet<>();
    for (List<? extends Atom> atoms : List.of(e.in(), e.out())) {
      for (Atom x : atoms) {
        if (x instanceof Var v && lastUse.getOrDefault(v, at) == at) {
          dying.add(v);
        }
      }
    }
    return dying.stream().mapToLong(Cost::bytes).sum();
  }

  /// Bytes of one value.
  private static long bytes(Atom x) {
    return x instanceof Var ? bytes(x.aval()) : 0;
  }

  private static long bytes(Aval aval) {
    return Math.multiplyExact(aval.size(), (long) aval.dtype().sizeBytes());
  }

  private static long bytes(List<? extends Atom> atoms) {
    return atoms.stream().mapToLong(Cost::bytes).sum();
  }

  /// The cost of one equation; the peak is what it needs beside its operands and results.
  private static Cost of(Equation e) {
    return e.op() instanceof HigherOrder op
        ? nested(e, op)
        : new Cost(Operations.of(e), bytes(e.in()) + bytes(e.out()), 0);
  }

  private static Cost nested(Equation e, HigherOrder op) {
    return switch (op) {
      case Call(_, Program body) -> inner(body);
      case Checkpoint(Program body) -> inner(body);
      case CustomJvp(Program body, _) -> inner(body);
      case CustomVjp(Program body, _, _) -> inner(body);
      case Cond(var branches) -> branches.stream().map(Cost::inner).reduce(NOTHING, Cost::dearer);
      case While(Program condition, Program body) -> inner(condition).then(inner(body));
      case Scan scan -> scan(e, scan);
    };
  }

  /// Steps of the stacked operands and results are read and written by the body.
  private static Cost scan(Equation e, Scan scan) {
    Cost body = inner(scan.body());
    if (scan.length() == 0) {
      // The carry is handed on.
      return new Cost(0, bytes(e.out()), 0);
    }
    return new Cost(
        Math.multiplyExact(body.operations, scan.length()),
        Math.multiplyExact(body.bytes, scan.length()),
        body.peakBytes);
  }

  /// Inputs and outputs of a nested program are counted by the equation that holds it.
  private static Cost inner(Program p) {
    Cost cost = of(p);
    long shared = p.inputs().stream().mapToLong(Cost::bytes).sum();
    return new Cost(cost.operations, cost.bytes, Math.max(0, cost.peakBytes - shared));
  }

  private Cost then(Cost next) {
    return new Cost(
        Math.addExact(operations, next.operations),
        Math.addExact(bytes, next.bytes),
        Math.max(peakBytes, next.peakBytes));
  }

  private static Cost dearer(Cost x, Cost y) {
    return new Cost(
        Math.max(x.operations, y.operations),
        Math.max(x.bytes, y.bytes),
        Math.max(x.peakBytes, y.peakBytes));
  }
}
