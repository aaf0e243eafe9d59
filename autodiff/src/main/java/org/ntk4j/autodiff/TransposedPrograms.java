package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
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

/// Adjoints of the primitives that hold programs: they hold the transposed programs.
final class TransposedPrograms {
  private final Transpose t;
  private final Equation e;
  private final List<Boolean> moving;

  private TransposedPrograms(Transpose t, Equation e) {
    this.t = t;
    this.e = e;
    this.moving = e.in().stream().map(t::isDependent).toList();
  }

  /// Adds to the cotangents of the operands of `e`, an equation of `op`.
  static void adjoint(Transpose t, HigherOrder op, Equation e) {
    TransposedPrograms p = new TransposedPrograms(t, e);
    switch (op) {
      case Call(var name, var body) -> p.straight(body, q -> new Call(name + "_transpose", q));
      case Checkpoint(var body) -> p.straight(body, Checkpoint::new);
      case Cond(var branches) -> p.cond(branches);
      case Scan s -> p.scan(s);
      case While _ ->
          throw new IllegalArgumentException(
              "while has no reverse mode: its number of steps is not known before it runs; use"
                  + " forward mode, or scan with a fixed length");
      case CustomJvp _, CustomVjp _ ->
          throw new IllegalArgumentException(
              "cannot transpose %s; linearize the program first".formatted(op.mnemonic()));
    }
  }

  private void straight(Program body, Function<Program, HigherOrder> op) {
    List<Integer> outputs = withCotangent();
    Program transposed = transpose(body, moving, outputs);
    List<Atom> in = Lists.concat(fixed(e.in(), moving), cotangents(outputs));
    accumulate(moving, e.in(), t.builder().emitAll(op.apply(transposed), in));
  }

  private void cond(List<Program> branches) {
    if (moving.getFirst()) {
      throw new IllegalArgumentException("cannot transpose cond: its index depends on tangents");
    }
    List<Boolean> flags = Lists.from(moving, 1);
    List<Atom> arguments = Lists.from(e.in(), 1);
    List<Integer> outputs = withCotangent();
    List<Program> transposed = branches.stream().map(p -> transpose(p, flags, outputs)).toList();
    List<Atom> in = new ArrayList<>(List.of(t.value(e.in().getFirst())));
    in.addAll(fixed(arguments, flags));
    in.addAll(cotangents(outputs));
    accumulate(flags, arguments, t.builder().emitAll(new Cond(transposed), in));
  }

  /// `(fixed inputs.., yBar of outputs..) → xBar of moving inputs..`.
  private static Program transpose(Program p, List<Boolean> moving, List<Integer> outputs) {
    List<Var> fixed = Lists.pick(p.inputs(), Lists.gaps(moving));
    List<Var> free = Lists.pick(p.inputs(), Lists.indices(moving));
    List<Atom> y = Lists.pick(p.outputs(), outputs);
    return Transpose.of(new Program(Lists.concat(fixed, free), p.equations(), y), fixed.size());
  }

  /// The backward scan: cotangents of consts accumulate in carries, those of carries are carried,
  /// those of stacked values are stacked.
  private void scan(Scan s) {
    int ahead = s.consts() + s.carries();
    List<Boolean> flags = Dependence.carried(s.body(), s.consts(), s.carries(), moving);
    if (flags.subList(s.consts(), ahead).contains(false)) {
      relinearize();
      return;
    }
    List<Integer> outputs =
        IntStream.range(0, e.out().size())
            .filter(i -> i < s.carries() || t.cotangent(e.out().get(i)).isPresent())
            .boxed()
            .toList();
    Program body = transpose(s.body(), flags, outputs);
    List<Boolean> consts = flags.subList(0, s.consts());
    List<Boolean> stacked = Lists.from(flags, ahead);
    int fixedConsts = Lists.gaps(consts).size();
    int sums = Lists.indices(consts).size();
    Program step = accumulating(body, fixedConsts, Lists.gaps(stacked).size(), sums, s.carries());
    List<Atom> in = new ArrayList<>(fixed(e.in().subList(0, s.consts()), consts));
    Lists.pick(e.in(), Lists.indices(consts)).forEach(a -> in.add(Axes.zero(a)));
    in.addAll(cotangents(outputs.subList(0, s.carries())));
    in.addAll(fixed(Lists.from(e.in(), ahead), stacked));
    in.addAll(cotangents(Lists.from(outputs, s.carries())));
    Scan backward = new Scan(step, fixedConsts, sums + s.carries(), s.length(), !s.reverse());
    accumulate(flags, e.in(), t.builder().emitAll(backward, in));
  }

  /// From `(fixed consts, fixed stacked, carryBar, yBar) → (constBar, carryBar, xBar)` the body
  /// `(fixed consts, sums, carryBar, fixed stacked, yBar) → (sums + constBar, carryBar, xBar)`.
  private static Program accumulating(
      Program body, int fixedConsts, int fixedStacked, int sums, int carries) {
    List<Var> in = Lists.fresh(body.inputs());
    int fixed = fixedConsts + fixedStacked;
    List<Var> totals =
        body.outputs().subList(0, sums).stream().map(a -> new Var(a.aval())).toList();
    Builder b = new Builder();
    List<Atom> out = b.inline(body, in);
    List<Atom> next = new ArrayList<>();
    for (int i = 0; i < sums; i++) {
      next.add(Dual.isZero(out.get(i)) ? totals.get(i) : b.add(totals.get(i), out.get(i)));
    }
    next.addAll(Lists.from(out, sums));
    List<Var> order = new ArrayList<>(in.subList(0, fixedConsts));
    order.addAll(totals);
    order.addAll(in.subList(fixed, fixed + carries));
    order.addAll(in.subList(fixedConsts, fixed));
    order.addAll(Lists.from(in, fixed + carries));
    return b.build(order, next);
  }

  /// Some carries do not depend on tangents: linearizing the scan once more stacks what they leave
  /// behind, after which all carries of its linear half do.
  private void relinearize() {
    List<Var> x = e.in().stream().map(a -> new Var(a.aval())).toList();
    Builder one = new Builder();
    Linearized l = Linearize.of(one.build(x, one.emitAll(e.op(), x)), moving);
    Builder b = t.builder();
    List<Atom> at = e.in().stream().map(a -> t.isDependent(a) ? Axes.zero(a) : t.value(a)).toList();
    List<Atom> residuals = Lists.from(b.inline(l.primal(), at), e.out().size());
    List<Atom> yBar =
        e.out().stream().filter(v -> v.aval().isFloating()).map(t::cotangentOrZero).toList();
    Program transposed = Transpose.of(l.linear(), l.residuals());
    accumulate(moving, e.in(), b.inline(transposed, Lists.concat(residuals, yBar)));
  }

  private List<Integer> withCotangent() {
    return Lists.indices(e.out().stream().map(v -> t.cotangent(v).isPresent()).toList());
  }

  private List<Atom> cotangents(List<Integer> outputs) {
    return outputs.stream().map(i -> t.cotangentOrZero(e.out().get(i))).toList();
  }

  private List<Atom> fixed(List<Atom> in, List<Boolean> flags) {
    return Lists.pick(in, Lists.gaps(flags)).stream().map(t::value).toList();
  }

  private void accumulate(List<Boolean> flags, List<Atom> in, List<? extends Atom> bars) {
    List<Integer> at = Lists.indices(flags);
    for (int i = 0; i < at.size(); i++) {
      t.accumulate(in.get(at.get(i)), bars.get(i));
    }
  }
}
