package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.pass.AxisLinks;
import org.ntk4j.ntk.PerExample.Unsupported;

/// Emits one program for one example.
///
/// A value that depends on the examples gets an example axis of size 1. A value that does not is
/// emitted as it is; where it meets an example axis, it is *restricted* to the example's number: by
/// emitting its equation for one index if that has a form, else by a slice.
final class SingleRewriter {
  private final Builder b;
  private final Program p;
  private final ExampleAxes facts;
  private final Atom number;
  private final Map<Var, Atom> emitted = new HashMap<>();
  private final Map<Var, Equation> definitions = new HashMap<>();
  private final Map<Restriction, Atom> restricted = new HashMap<>();

  private record Restriction(Var value, int axis) {}

  SingleRewriter(
      Builder b, Program p, ExampleAxes facts, List<? extends Atom> inputs, Atom number) {
    this.b = b;
    this.p = p;
    this.facts = facts;
    this.number = number;
    for (int i = 0; i < inputs.size(); i++) {
      emitted.put(p.inputs().get(i), inputs.get(i));
    }
    p.equations().forEach(e -> e.out().forEach(v -> definitions.put(v, e)));
  }

  void run() throws Unsupported {
    for (Equation e : p.equations()) {
      bind(e, results(e));
    }
  }

  private void bind(Equation e, List<? extends Atom> results) {
    for (int r = 0; r < results.size(); r++) {
      emitted.put(e.out().get(r), results.get(r));
    }
  }

  private List<? extends Atom> results(Equation e) throws Unsupported {
    List<ExampleAxis> out = facts.all(e.out());
    if (facts.all(e.in()).stream().allMatch(ExampleAxis.None.class::isInstance)
        && out.stream().allMatch(ExampleAxis.None.class::isInstance)) {
      return b.emitAll(e.op(), e.in().stream().map(this::whole).toList());
    }
    if (e.op() instanceof HigherOrder op) {
      return new SingleBodies(this, facts).emit(op, e);
    }
    int axis = out.getFirst().position().orElseThrow(() -> unsupported(e));
    List<Atom> in = new ArrayList<>();
    for (int i = 0; i < e.in().size(); i++) {
      in.add(operand(e, i, axis));
    }
    return emitOne(e, axis, in);
  }

  private List<Var> emitOne(Equation e, int axis, List<Atom> in) throws Unsupported {
    List<Var> results;
    try {
      results = b.emitAll(SingleOps.resize(e.op(), axis), in);
    } catch (IllegalArgumentException refused) {
      Unsupported reason = unsupported(e);
      reason.initCause(refused);
      throw reason;
    }
    for (int r = 0; r < results.size(); r++) {
      Aval expected = e.out().get(r).aval();
      if (!results.get(r).aval().equals(expected.withShape(expected.shape().with(axis, 1)))) {
        throw unsupported(e);
      }
    }
    return results;
  }

  /// Operand `i` of `e`, whose result has its examples on `axis`, for one example.
  private Atom operand(Equation e, int i, int axis) throws Unsupported {
    Atom x = e.in().get(i);
    if (!(facts.at(x) instanceof ExampleAxis.None)) {
      return at(x, facts.at(x));
    }
    OptionalInt own = linked(e, i, axis);
    if (own.isPresent()) {
      return restrict(x, own.getAsInt());
    }
    if (e.op() instanceof DynamicUpdateSlice && i == 1) {
      throw unsupported(e);
    }
    return whole(x);
  }

  private static OptionalInt linked(Equation e, int operand, int axis) {
    int own = AxisLinks.of(e.op(), e.operandAvals(), operand, 0).indexOf(axis);
    return own < 0 ? OptionalInt.empty() : OptionalInt.of(own);
  }

  /// `x`, which does not depend on the examples, as it is.
  Atom whole(Atom x) {
    return switch (x) {
      case Literal _ -> x;
      case Var v -> Objects.requireNonNull(emitted.get(v), "bug: a value was not emitted");
    };
  }

  /// `x` as a value about which `wanted` is known.
  Atom at(Atom x, ExampleAxis wanted) throws Unsupported {
    return switch (wanted) {
      case ExampleAxis.None() -> whole(x);
      case ExampleAxis.Mixed(String by) -> throw new Unsupported(by + " mixes examples");
      case ExampleAxis.At(int axis) ->
          switch (facts.at(x)) {
            case ExampleAxis.None() -> restrict(x, axis);
            case ExampleAxis.Mixed(String by) -> throw new Unsupported(by + " mixes examples");
            case ExampleAxis.At(int own) -> {
              if (own != axis) {
                throw new Unsupported("examples are on axis " + own + ", not on axis " + axis);
              }
              yield whole(x);
            }
          };
    };
  }

  /// Index `number` of `axis` of `x`, which does not depend on the examples; `axis` gets size 1.
  Atom restrict(Atom x, int axis) throws Unsupported {
    return switch (x) {
      case Literal(Aval aval, long bits) ->
          new Literal(aval.withShape(aval.shape().with(axis, 1)), bits);
      case Var v -> {
        Restriction key = new Restriction(v, axis);
        Atom known = restricted.get(key);
        if (known == null) {
          known = restrictVar(v, axis);
          restricted.put(key, known);
        }
        yield known;
      }
    };
  }

  private Atom restrictVar(Var v, int axis) throws Unsupported {
    Equation e = definitions.get(v);
    if (v.aval().dim(axis) == 1) {
      return whole(v);
    }
    if (e == null || !hasOneIndexForm(e, axis)) {
      return slice(whole(v), axis);
    }
    List<Atom> in = new ArrayList<>();
    for (int i = 0; i < e.in().size(); i++) {
      OptionalInt own = linked(e, i, axis);
      in.add(own.isPresent() ? restrict(e.in().get(i), own.getAsInt()) : whole(e.in().get(i)));
    }
    return emitOne(e, axis, in).getFirst();
  }

  /// Whether one index of `axis` of the result of `e` needs only one index of some operand's axis,
  /// the same way for every index.
  private static boolean hasOneIndexForm(Equation e, int axis) {
    if (e.out().size() != 1
        || e.op() instanceof HigherOrder
        || e.op() instanceof DynamicUpdateSlice) {
      return false;
    }
    if (e.op() instanceof Broadcast(Shape _, List<Integer> axes) && !axes.contains(axis)) {
      return true;
    }
    for (int i = 0; i < e.in().size(); i++) {
      if (linked(e, i, axis).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private Atom slice(Atom x, int axis) {
    int rank = x.aval().rank();
    Atom start =
        b.emit(
            new Pad(List.of((long) axis), List.of((long) rank - 1 - axis), List.of(0L)),
            b.emit(new Reshape(Shape.of(1)), number),
            Literal.of(0, number.aval()));
    return b.emit(new DynamicSlice(x.aval().shape().with(axis, 1)), x, start);
  }

  Builder builder() {
    return b;
  }

  Atom number() {
    return number;
  }

  static Unsupported unsupported(Equation e) {
    return new Unsupported("`" + e.op().mnemonic() + "` has no form for one example");
  }
}
