package org.ntk4j.ir.pass;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
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

/// An equation that holds programs, cut down to what is used of it.
final class Prune {
  private final Equation e;
  private final List<Boolean> used;
  private final UnaryOperator<Program> dce;

  private Prune(Equation e, List<Boolean> used, UnaryOperator<Program> dce) {
    this.e = e;
    this.used = used;
    this.dce = dce;
  }

  /// `e` without what only its unused results need; `e` itself if there is nothing to drop.
  ///
  /// @param used for each result whether it is used
  /// @param dce applied to the nested programs
  static Equation equation(Equation e, List<Boolean> used, UnaryOperator<Program> dce) {
    return e.op() instanceof HigherOrder op ? new Prune(e, used, dce).prune(op) : e;
  }

  private Equation prune(HigherOrder op) {
    return switch (op) {
      case Call _, Checkpoint _ -> body(op, 0);
      case Cond _ -> body(op, 1);
      case Scan scan -> scan(scan);
      case While loop -> loop(loop);
      // The signatures of these programs depend on each other.
      case CustomJvp _, CustomVjp _ -> rebuild(Nested.map(op, dce), e.in(), e.out());
    };
  }

  private Equation rebuild(Primitive op, List<Atom> in, List<Var> out) {
    boolean same = op == e.op() && in.size() == e.in().size() && out.size() == e.out().size();
    return same ? e : new Equation(op, in, out);
  }

  /// Programs that all map the operands after the first `skip` to the results.
  private Equation body(HigherOrder op, int skip) {
    List<Program> programs = new ArrayList<>();
    List<Boolean> read = new ArrayList<>(Collections.nCopies(e.in().size() - skip, false));
    for (Program p : op.programs()) {
      Program q = dce.apply(select(p, all(p.inputs().size()), used));
      programs.add(q);
      read = or(read, reads(q));
    }
    List<Boolean> kept = read;
    programs.replaceAll(p -> select(p, kept, all(p.outputs().size())));
    List<Atom> in = new ArrayList<>(e.in().subList(0, skip));
    in.addAll(pick(e.in().subList(skip, e.in().size()), kept));
    return rebuild(withChanged(op, programs), in, pick(e.out(), used));
  }

  private Equation scan(Scan scan) {
    int carries = scan.carries();
    int consts = scan.consts();
    List<Boolean> need = used.subList(0, carries);
    List<Boolean> ys = used.subList(carries, used.size());
    List<Boolean> read = all(scan.body().inputs().size());
    for (boolean more = true; more; ) {
      read = reads(select(scan.body(), all(read.size()), concat(need, ys)));
      List<Boolean> next = or(need, read.subList(consts, consts + carries));
      more = !next.equals(need);
      need = next;
    }
    List<Boolean> kept =
        concat(concat(read.subList(0, consts), need), read.subList(consts + carries, read.size()));
    Program body = dce.apply(select(scan.body(), kept, concat(need, ys)));
    if (body == scan.body()) {
      return e;
    }
    Scan pruned =
        new Scan(body, count(read.subList(0, consts)), count(need), scan.length(), scan.reverse());
    return rebuild(pruned, pick(e.in(), kept), pick(e.out(), concat(need, ys)));
  }

  private Equation loop(While loop) {
    List<Boolean> need = or(used, reads(select(loop.condition(), all(used.size()), all(1))));
    for (boolean more = true; more; ) {
      List<Boolean> next = or(need, reads(select(loop.body(), all(need.size()), need)));
      more = !next.equals(need);
      need = next;
    }
    Program condition = dce.apply(select(loop.condition(), need, all(1)));
    Program body = dce.apply(select(loop.body(), need, need));
    return rebuild(
        withChanged(loop, List.of(condition, body)), pick(e.in(), need), pick(e.out(), need));
  }

  private static Primitive withChanged(HigherOrder op, List<Program> programs) {
    for (int k = 0; k < programs.size(); k++) {
      if (programs.get(k) != op.programs().get(k)) {
        return Nested.with(op, programs);
      }
    }
    return op;
  }

  /// `p` with some of its inputs and outputs; `p` itself if that is all of them.
  private static Program select(Program p, List<Boolean> inputs, List<Boolean> outputs) {
    return inputs.contains(false) || outputs.contains(false)
        ? new Program(pick(p.inputs(), inputs), p.equations(), pick(p.outputs(), outputs))
        : p;
  }

  /// For each input of `p` whether an output depends on it.
  private static List<Boolean> reads(Program p) {
    Set<Var> needed = new HashSet<>();
    p.outputs().forEach(x -> add(x, needed));
    for (Equation e : p.equations().reversed()) {
      if (e.out().stream().anyMatch(needed::contains)) {
        e.in().forEach(x -> add(x, needed));
      }
    }
    return p.inputs().stream().map(needed::contains).toList();
  }

  private static void add(Atom x, Set<Var> needed) {
    if (x instanceof Var v) {
      needed.add(v);
    }
  }

  private static <T> List<T> pick(List<T> list, List<Boolean> kept) {
    return IntStream.range(0, list.size()).filter(kept::get).mapToObj(list::get).toList();
  }

  private static List<Boolean> or(List<Boolean> x, List<Boolean> y) {
    return IntStream.range(0, x.size()).mapToObj(i -> x.get(i) || y.get(i)).toList();
  }

  private static List<Boolean> all(int count) {
    return Collections.nCopies(count, true);
  }

  private static List<Boolean> concat(List<Boolean> x, List<Boolean> y) {
    List<Boolean> result = new ArrayList<>(x);
    result.addAll(y);
    return result;
  }

  private static int count(List<Boolean> flags) {
    return (int) flags.stream().filter(f -> f).count();
  }
}
