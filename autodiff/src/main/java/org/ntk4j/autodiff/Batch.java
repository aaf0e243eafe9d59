package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.PiecewiseConstant;

/// A program mapped over examples: `batch(f)(x)[n, ..] = f(x[n, ..])`.
///
/// The new axis is always axis 0 of a batched value. A value that is equal for all examples stays
/// unbatched and is computed once; an input that is not batched is shared by the examples.
public final class Batch {
  private final BatchLanes lanes;
  private final Map<Var, BatchLane> values = new HashMap<>();

  private Batch(BatchLanes lanes) {
    this.lanes = lanes;
  }

  /// `p` for `size` examples.
  ///
  /// @param batched for each input of `p` whether each example has its own
  public static Batched of(Program p, long size, List<Boolean> batched) {
    return forced(p, size, batched, Collections.nCopies(p.outputs().size(), false));
  }

  /// [#of] with every output repeated for all examples if need be.
  public static Program all(Program p, long size, List<Boolean> batched) {
    return forced(p, size, batched, Collections.nCopies(p.outputs().size(), true)).program();
  }

  /// [#of] where at least the outputs marked in `out` are batched.
  static Batched forced(Program p, long size, List<Boolean> in, List<Boolean> out) {
    if (in.size() != p.inputs().size()) {
      throw new IllegalArgumentException(
          "batch of a program with %d inputs got %d flags".formatted(p.inputs().size(), in.size()));
    }
    if (size < 0) {
      throw new IllegalArgumentException("batch size must not be negative, got " + size);
    }
    Builder b = new Builder();
    BatchLanes lanes = new BatchLanes(b, size);
    List<Var> inputs = new ArrayList<>();
    List<BatchLane> arguments = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      Var x = new Var(lanes.aval(p.inputs().get(i).aval(), in.get(i)));
      inputs.add(x);
      arguments.add(new BatchLane(x, in.get(i)));
    }
    List<BatchLane> results = new ArrayList<>(inline(p, lanes, arguments));
    for (int i = 0; i < results.size(); i++) {
      if (out.get(i)) {
        results.set(i, new BatchLane(lanes.repeat(results.get(i)), true));
      }
    }
    return new Batched(
        b.build(inputs, results.stream().map(BatchLane::atom).toList()),
        results.stream().map(BatchLane::batched).toList());
  }

  /// Appends `p` applied to `arguments`.
  static List<BatchLane> inline(Program p, BatchLanes lanes, List<BatchLane> arguments) {
    Batch batch = new Batch(lanes);
    for (int i = 0; i < arguments.size(); i++) {
      batch.values.put(p.inputs().get(i), arguments.get(i));
    }
    for (Equation e : p.equations()) {
      List<BatchLane> out = batch.equation(e);
      for (int i = 0; i < out.size(); i++) {
        batch.values.put(e.out().get(i), out.get(i));
      }
    }
    return p.outputs().stream().map(batch::lane).toList();
  }

  private BatchLane lane(Atom x) {
    return switch (x) {
      case Literal literal -> new BatchLane(literal, false);
      case Var v -> Objects.requireNonNull(values.get(v), "bug: unbound variable");
    };
  }

  private List<BatchLane> equation(Equation e) {
    List<BatchLane> in = e.in().stream().map(this::lane).toList();
    if (in.stream().noneMatch(BatchLane::batched)) {
      List<Atom> operands = in.stream().map(BatchLane::atom).toList();
      return BatchLanes.all(lanes.b().emitAll(e.op(), operands), false);
    }
    if (lanes.size() == 0) {
      // Results without elements; rules need not think about a batch of none.
      return e.out().stream()
          .map(y -> new BatchLane(Literal.of(0, lanes.aval(y.aval(), true)), true))
          .toList();
    }
    return switch (e.op()) {
      case Elementwise op -> List.of(lanes.pointwise(op, in));
      case Multilinear op -> List.of(new BatchLinear(lanes, in).apply(op));
      case PiecewiseConstant op -> List.of(BatchNonlinear.piecewise(lanes, in, op));
      case Nonlinear op -> BatchNonlinear.apply(lanes, in, op);
      case HigherOrder op -> new BatchHigherOrder(lanes, in).apply(op);
    };
  }
}
