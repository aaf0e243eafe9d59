package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;

/// Derivatives of programs, as programs: all of them compose in any order.
///
/// Everywhere `x` are the inputs, `y` the outputs; tangents and cotangents exist for floating-point
/// values only, and for those inputs only that are active.
public final class Derivatives {
  private Derivatives() {}

  /// `(x.., xDot..) → (y.., yDot..)` with `yDot = J xDot`.
  public static Program jvp(Program p) {
    return jvp(p, all(p));
  }

  /// [#jvp(Program)] with the inputs that are not `active` held fixed.
  public static Program jvp(Program p, List<Boolean> active) {
    Linearized l = Linearize.of(p, active);
    return compose(p, l, l.linear());
  }

  /// `(x.., yBar..) → (y.., xBar..)` with `xBar = Jᵀ yBar`.
  public static Program vjp(Program p) {
    return vjp(p, all(p));
  }

  /// [#vjp(Program)] with the inputs that are not `active` held fixed.
  public static Program vjp(Program p, List<Boolean> active) {
    Linearized l = Linearize.of(p, active);
    return compose(p, l, Transpose.of(l.linear(), l.residuals()));
  }

  /// `(x.., seed..) → (y.., map(residuals.., seed..))`.
  private static Program compose(Program p, Linearized l, Program map) {
    Builder b = new Builder();
    List<Var> x = Lists.fresh(l.primal().inputs());
    List<Var> seed = Lists.fresh(Lists.from(map.inputs(), l.residuals()));
    List<Atom> out = b.inline(l.primal(), x);
    int outputs = p.outputs().size();
    List<Atom> moved = b.inline(map, Lists.concat(Lists.from(out, outputs), seed));
    List<Atom> y = out.subList(0, outputs);
    return Live.program(Lists.concat(x, seed), b.equations(), Lists.concat(y, moved));
  }

  /// `x.. → xBar..`, the gradient of a program with one scalar floating-point output.
  public static Program gradient(Program p) {
    return gradient(p, all(p));
  }

  /// [#gradient(Program)] by the `active` inputs.
  public static Program gradient(Program p, List<Boolean> active) {
    List<Aval> floating = p.outputAvals().stream().filter(Aval::isFloating).toList();
    if (floating.size() != 1 || floating.getFirst().rank() != 0) {
      throw new IllegalArgumentException(
          "a gradient needs one floating-point output of rank 0, got outputs " + p.outputAvals());
    }
    Builder b = new Builder();
    List<Var> x = Lists.fresh(p.inputs());
    List<Atom> in = Lists.concat(x, List.of(Literal.of(1, floating.getFirst())));
    List<Atom> xBar = Lists.from(b.inline(vjp(p, active), in), p.outputs().size());
    return Live.program(x, b.equations(), xBar);
  }

  /// `(x.., v..) → (H v)..` for a program with one scalar floating-point output, whose matrix of
  /// second derivatives is `H`: forward over reverse mode.
  public static Program hessianVectorProduct(Program p) {
    return hessianVectorProduct(p, all(p));
  }

  /// [#hessianVectorProduct(Program)] by the `active` inputs.
  public static Program hessianVectorProduct(Program p, List<Boolean> active) {
    Program gradient = gradient(p, active);
    Program both = jvp(gradient, active);
    List<Atom> product = Lists.from(both.outputs(), gradient.outputs().size());
    return Live.program(both.inputs(), both.equations(), product);
  }

  /// `x.. → J..`: for each floating-point output, for each active input, the derivative `J[i..,
  /// j..] = ∂y[i..] / ∂x[j..]`, by forward mode.
  public static Program jacobianForward(Program p) {
    return jacobianForward(p, all(p));
  }

  /// [#jacobianForward(Program)] by the `active` inputs.
  public static Program jacobianForward(Program p, List<Boolean> active) {
    Linearized l = Linearize.of(p, active);
    return Jacobian.of(p, l, l.linear(), true);
  }

  /// [#jacobianForward(Program)] by reverse mode.
  public static Program jacobianReverse(Program p) {
    return jacobianReverse(p, all(p));
  }

  /// [#jacobianReverse(Program)] by the `active` inputs.
  public static Program jacobianReverse(Program p, List<Boolean> active) {
    Linearized l = Linearize.of(p, active);
    return Jacobian.of(p, l, Transpose.of(l.linear(), l.residuals()), false);
  }

  /// `(x.., d..) → Σ_{k <= degree} (1/k!) ∂^k p(x + t d)/∂t^k` at `t = 0`, for each output of `p`;
  /// an integer output is that at `x`.
  public static Program taylor(Program p, int degree) {
    return taylor(p, degree, all(p));
  }

  /// [#taylor(Program, int)] with the inputs that are not `active` held fixed.
  public static Program taylor(Program p, int degree, List<Boolean> active) {
    if (degree < 0) {
      throw new IllegalArgumentException("the degree must be at least 0, got " + degree);
    }
    Builder b = new Builder();
    List<Var> x = Lists.fresh(p.inputs());
    List<Var> d =
        Lists.fresh(
            Lists.indices(active).stream()
                .map(p.inputs()::get)
                .filter(v -> v.aval().isFloating())
                .toList());
    List<Var> in = Lists.concat(x, d);
    List<Atom> sum = new ArrayList<>(b.inline(p, x));
    Program term = p;
    double factorial = 1;
    for (int k = 1; k <= degree; k++) {
      term = alongDirection(term, active, p.inputs().size());
      factorial *= k;
      List<Atom> next = b.inline(term, in);
      int from = 0;
      for (int i = 0; i < sum.size(); i++) {
        if (sum.get(i).aval().isFloating()) {
          sum.set(i, b.add(sum.get(i), b.scale(next.get(from++), 1 / factorial)));
        }
      }
    }
    return Live.program(in, b.equations(), sum);
  }

  /// From `q: (x.., d..) → y..` (or `x.. → y..`) the program `(x.., d..) → ∂q(x + t d, d)/∂t` of
  /// the floating-point `y`.
  private static Program alongDirection(Program q, List<Boolean> active, int inputs) {
    List<Boolean> flags = new ArrayList<>(active);
    flags.addAll(Collections.nCopies(q.inputs().size() - inputs, false));
    Program jvp = jvp(q, flags);
    Builder b = new Builder();
    List<Var> x = Lists.fresh(q.inputs().subList(0, inputs));
    List<Var> xDot = Lists.from(jvp.inputs(), q.inputs().size());
    List<Var> d = Lists.fresh(xDot);
    boolean first = q.inputs().size() == inputs;
    List<Atom> in = Lists.concat(x, first ? List.of() : d);
    List<Atom> out = b.inline(jvp, Lists.concat(in, d));
    List<Atom> yDot = Lists.from(out, q.outputs().size());
    return Live.program(Lists.concat(x, d), b.equations(), yDot);
  }

  private static List<Boolean> all(Program p) {
    return IntStream.range(0, p.inputs().size()).mapToObj(_ -> true).toList();
  }
}
