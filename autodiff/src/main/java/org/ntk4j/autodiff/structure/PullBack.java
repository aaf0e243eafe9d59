package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ntk4j.autodiff.Batch;
import org.ntk4j.autodiff.Batched;
import org.ntk4j.autodiff.Transpose;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.pass.Dce;

/// Derivatives by values that were computed linearly from parameters, pulled back to the parameters
/// through the transpose of that computation.
final class PullBack {
  private PullBack() {}

  /// The derivative by each parameter `[seeds, parameter..]`, absent where nothing depends on it.
  ///
  /// @param values what the derivatives are by
  /// @param cotangents `[seeds, value..]` for each
  static List<Optional<Atom>> emit(
      Builder b, LinearPart part, List<Var> values, List<Atom> cotangents, long seeds) {
    List<Var> free = LinearPart.free(part.equations(), part.tangents(), values);
    List<Var> inputs = new ArrayList<>(free);
    inputs.addAll(part.tangents());
    Program prefix = new Dce().apply(new Program(inputs, part.equations(), List.copyOf(values)));
    Program transposed = Transpose.of(prefix, free.size());
    List<Boolean> batched = new ArrayList<>(Collections.nCopies(free.size(), false));
    batched.addAll(Collections.nCopies(values.size(), true));
    Batched many = Batch.of(transposed, seeds, batched);
    List<Atom> arguments = new ArrayList<>(free);
    arguments.addAll(cotangents);
    return b.inline(many.program(), arguments).stream().map(PullBack::nonZero).toList();
  }

  private static Optional<Atom> nonZero(Atom gradient) {
    boolean zero = gradient instanceof Literal literal && literal.is(0);
    return zero ? Optional.empty() : Optional.of(gradient);
  }
}
