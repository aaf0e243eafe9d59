package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.autodiff.Batch;
import org.ntk4j.autodiff.Batched;
import org.ntk4j.autodiff.Transpose;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.pass.Dce;

/// Cotangents of the uses: the transpose of the rest, run on a basis of the output.
///
/// Where the value of a use is aligned with the output's examples, one seed per *output* serves the
/// whole batch: `A[a.., V..] = ∂y[n, a..] / ∂v[.., n, ..]`. Otherwise the basis runs over examples
/// and outputs: `A[n, a.., V..]`.
final class Cotangents {
  private final Builder b;
  private final Cut cut;
  private final Atom output;
  private final Map<Var, Optional<Atom>> found = new HashMap<>();

  /// The variables of the rest that stand for values at the cut.
  private final List<Var> inputs;

  /// What the rest uses besides them.
  private final List<Var> free;

  /// `(free.., yBar) -> inputs' cotangents..`.
  private final Program transposed;

  Cotangents(Builder b, Cut cut, Atom output) {
    this.b = b;
    this.cut = cut;
    this.output = output;
    this.inputs = cut.uses.stream().map(Cut.Use::input).distinct().toList();
    this.free = LinearPart.free(cut.rest, inputs, List.of(output));
    List<Var> in = new ArrayList<>(free);
    in.addAll(inputs);
    this.transposed = Transpose.of(new Program(in, cut.rest, List.of(output)), free.size());
    List<Var> aligned = inputs(true);
    List<Var> mixed = inputs(false);
    if (!aligned.isEmpty()) {
      run(aligned, true);
    }
    if (!mixed.isEmpty()) {
      run(mixed, false);
    }
  }

  private List<Var> inputs(boolean aligned) {
    return cut.uses.stream()
        .filter(u -> u.example().isPresent() == aligned)
        .map(Cut.Use::input)
        .distinct()
        .toList();
  }

  /// The cotangent array of `input`, the axis of seeds first; absent if the output does not depend
  /// on it.
  Optional<Atom> of(Var input) {
    return Objects.requireNonNull(found.get(input), "bug: not an input of the rest");
  }

  private void run(List<Var> wanted, boolean aligned) {
    Shape y = output.aval().shape();
    Shape seeds = aligned ? y.remove(0) : y;
    List<Boolean> batched = new ArrayList<>(Collections.nCopies(free.size(), false));
    batched.add(true);
    Batched many = Batch.of(select(wanted), seeds.size(), batched);
    List<Atom> arguments = new ArrayList<>(free);
    arguments.add(seed(seeds, aligned));
    List<Atom> out = b.inline(new Dce().apply(many.program()), arguments);
    for (int i = 0; i < wanted.size(); i++) {
      found.put(wanted.get(i), cotangent(out.get(i), many.outBatched().get(i), seeds.size()));
    }
  }

  private Program select(List<Var> wanted) {
    List<Atom> outputs =
        wanted.stream().map(v -> transposed.outputs().get(inputs.indexOf(v))).toList();
    return new Dce().apply(new Program(transposed.inputs(), transposed.equations(), outputs));
  }

  private Atom seed(Shape seeds, boolean aligned) {
    Aval y = output.aval();
    Shape shape = Shape.of(seeds.size()).concat(y.shape());
    if (seeds.size() == 1) {
      return b.fill(1, y.withShape(shape));
    }
    Atom basis = Arrays.basis(b, y.dtype(), seeds);
    if (!aligned) {
      return basis;
    }
    List<Integer> axes =
        IntStream.range(0, shape.rank()).filter(axis -> axis != 1).boxed().toList();
    return b.broadcast(basis, shape, axes);
  }

  private Optional<Atom> cotangent(Atom out, boolean batched, long seeds) {
    if (out instanceof Literal literal && literal.is(0)) {
      return Optional.empty();
    }
    if (batched) {
      return Optional.of(out);
    }
    Shape shape = Shape.of(seeds).concat(out.aval().shape());
    List<Integer> axes = IntStream.range(1, shape.rank()).boxed().toList();
    return Optional.of(b.broadcast(out, shape, axes));
  }
}
