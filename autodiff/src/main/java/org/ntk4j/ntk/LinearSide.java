package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.ntk4j.autodiff.Batch;
import org.ntk4j.autodiff.Linearize;
import org.ntk4j.autodiff.Linearized;
import org.ntk4j.autodiff.Transpose;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;

/// A network linearized at one set of arguments inside a program.
///
/// @param outputs the network's outputs
/// @param residuals what the linear half needs of the primal half
/// @param linear residuals, then tangents of the active inputs → tangents of the outputs
/// @param tangents avals of the active inputs
record LinearSide(List<Atom> outputs, List<Atom> residuals, Program linear, List<Aval> tangents) {

  /// `p` at `args`, linearized in the inputs that are `active`; every output is floating point.
  static LinearSide of(Builder b, Program p, List<Boolean> active, List<? extends Atom> args) {
    Linearized split = Linearize.of(p, active);
    List<Atom> primal = b.inline(split.primal(), args);
    int outputs = p.outputs().size();
    List<Aval> tangents = split.linear().inputAvals();
    return new LinearSide(
        primal.subList(0, outputs),
        primal.subList(outputs, primal.size()),
        split.linear(),
        tangents.subList(split.residuals(), tangents.size()));
  }

  /// Tangents of the outputs.
  List<Atom> push(Builder b, List<? extends Atom> xDot) {
    return b.inline(linear, with(xDot));
  }

  /// Cotangents of the active inputs.
  List<Atom> pull(Builder b, List<? extends Atom> yBar) {
    return b.inline(Transpose.of(linear, residuals.size()), with(yBar));
  }

  /// [#push] for `size` sets of tangents at once: those where `batched` have a new axis 0, and so
  /// have all results.
  List<Atom> pushAll(Builder b, long size, List<? extends Atom> xDot, List<Boolean> batched) {
    return b.inline(Batch.all(linear, size, flags(batched)), with(xDot));
  }

  /// [#pull] for `size` sets of cotangents at once.
  List<Atom> pullAll(Builder b, long size, List<? extends Atom> yBar, List<Boolean> batched) {
    Program pull = Transpose.of(linear, residuals.size());
    return b.inline(Batch.all(pull, size, flags(batched)), with(yBar));
  }

  /// Zeros for every output but `output`.
  List<Atom> cotangents(int output, Atom yBar) {
    List<Atom> all = zeros(outputs.stream().map(Atom::aval).toList());
    all.set(output, yBar);
    return all;
  }

  /// A zero of each aval.
  static List<Atom> zeros(List<Aval> avals) {
    List<Atom> zeros = new ArrayList<>();
    avals.forEach(aval -> zeros.add(Literal.of(0, aval)));
    return zeros;
  }

  private List<Atom> with(List<? extends Atom> arguments) {
    List<Atom> all = new ArrayList<>(residuals);
    all.addAll(arguments);
    return all;
  }

  private List<Boolean> flags(List<Boolean> batched) {
    List<Boolean> flags = new ArrayList<>(Collections.nCopies(residuals.size(), false));
    flags.addAll(batched);
    return flags;
  }
}
