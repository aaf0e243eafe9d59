package org.ntk4j.ir.pass;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StopGradient;
import org.ntk4j.ir.op.Sub;

/// Evaluates equations whose operands are known: literals and small constants.
///
/// A result of equal elements becomes a literal, another small one a `constant`.
public record ConstantFold() implements Pass {
  /// Operands and results with more elements stay equations, unless they are filled with one value.
  private static final long SIZE_MAX = 1024;

  @Override
  public String name() {
    return "constant_fold";
  }

  @Override
  public Program apply(Program program) {
    Program p = Nested.mapAll(program, this::apply);
    Map<Var, Atom> renamed = new HashMap<>();
    Map<Var, Tensor> known = new HashMap<>();
    List<Equation> equations = new ArrayList<>(p.equations().size());
    boolean changed = false;
    for (Equation old : p.equations()) {
      Equation e = Rename.in(old, renamed);
      if (e.op() instanceof Constant(Tensor value)) {
        Optional<Literal> splat = splat(value, e.result().aval());
        splat.ifPresent(literal -> renamed.put(e.result(), literal));
        if (splat.isPresent()) {
          continue;
        }
        remember(e.result(), value, known);
      }
      Optional<Equation> folded = fold(e, known, renamed);
      folded.ifPresent(equations::add);
      changed |= folded.filter(f -> f == old).isEmpty();
    }
    return changed || !renamed.isEmpty()
        ? new Program(p.inputs(), equations, Rename.all(p.outputs(), renamed))
        : p;
  }

  private static void remember(Var v, Tensor value, Map<Var, Tensor> known) {
    if (value.size() <= SIZE_MAX) {
      known.put(v, value);
    }
  }

  /// What remains of `e`: nothing if its result is a literal.
  private static Optional<Equation> fold(
      Equation e, Map<Var, Tensor> known, Map<Var, Atom> renamed) {
    if (e.in().isEmpty() || e.out().size() != 1 || e.op() instanceof HigherOrder) {
      return Optional.of(e);
    }
    Optional<Tensor> value = scalar(e).or(() -> value(e, known));
    if (value.isEmpty()) {
      return Optional.of(e);
    }
    Optional<Literal> splat = splat(value.get(), e.result().aval());
    if (splat.isPresent()) {
      renamed.put(e.result(), splat.get());
      return Optional.empty();
    }
    remember(e.result(), value.get(), known);
    return Optional.of(new Equation(new Constant(value.get()), List.of(), e.out()));
  }

  /// The value of a primitive that treats all elements alike, on filled tensors of any size.
  private static Optional<Tensor> scalar(Equation e) {
    if (!alike(e.op()) || !e.in().stream().allMatch(Literal.class::isInstance)) {
      return Optional.empty();
    }
    List<Atom> scalars = new ArrayList<>();
    for (Atom x : e.in()) {
      Aval aval = x.aval().withShape(Shape.SCALAR);
      scalars.add(x instanceof Literal literal ? new Literal(aval, literal.bits()) : x);
    }
    return Optional.of(evaluate(e.op(), List.of(), scalars, List.of()));
  }

  private static Optional<Tensor> value(Equation e, Map<Var, Tensor> known) {
    if (e.result().aval().size() > SIZE_MAX) {
      return Optional.empty();
    }
    List<Var> inputs = new ArrayList<>();
    List<Tensor> values = new ArrayList<>();
    for (Atom x : e.in()) {
      if (x.aval().size() > SIZE_MAX || x instanceof Var v && !known.containsKey(v)) {
        return Optional.empty();
      }
      if (x instanceof Var v && !inputs.contains(v)) {
        inputs.add(v);
        values.add(Objects.requireNonNull(known.get(v), "bug: a known value is missing"));
      }
    }
    return Optional.of(evaluate(e.op(), inputs, e.in(), values));
  }

  private static Tensor evaluate(
      Primitive op, List<Var> inputs, List<Atom> in, List<Tensor> values) {
    Builder b = new Builder();
    Var y = b.emit(op, in);
    return Evaluator.run(b.build(inputs, List.of(y)), values).getFirst();
  }

  private static boolean alike(Primitive op) {
    return switch (op) {
      case Elementwise _ -> true;
      case Multilinear p ->
          p instanceof Add
              || p instanceof Sub
              || p instanceof Mul
              || p instanceof Neg
              || p instanceof Select
              || p instanceof Convert;
      case PiecewiseConstant p ->
          p instanceof Compare
              || p instanceof Logic
              || p instanceof Step
              || p instanceof Classify
              || p instanceof Cast
              || p instanceof StopGradient;
      case Nonlinear _, HigherOrder _ -> false;
    };
  }

  /// `value` as a literal of `aval`, if its elements are all equal and it is small enough to look.
  private static Optional<Literal> splat(Tensor value, Aval aval) {
    if (value.size() == 0 || value.size() > SIZE_MAX) {
      return Optional.empty();
    }
    long first = bits(value, 0);
    for (long i = 1; i < value.size(); i++) {
      if (bits(value, i) != first) {
        return Optional.empty();
      }
    }
    return Optional.of(new Literal(aval, first));
  }

  private static long bits(Tensor value, long i) {
    return value.dtype().isFloating()
        ? Double.doubleToRawLongBits(value.getDouble(i))
        : value.getLong(i);
  }
}
