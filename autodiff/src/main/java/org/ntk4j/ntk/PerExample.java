package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Transpose;

/// A network whose examples are independent, as the function of one of them.
///
/// The program is rewritten, not recorded again with one example: a network that looks at the
/// number of examples, or at an example's number, keeps its meaning.
///
/// @param program inputs: the parameters; the network's inputs with their example axis of size 1;
///   the example's number `i64[]`. Outputs: those of the network, with an axis 0 of size 1
/// @param inputs what is known of each of the network's inputs
/// @param examples how many examples there are
record PerExample(Program program, List<ExampleAxis> inputs, long examples) {

  /// `p`, whose outputs have independent examples on axis 0.
  ///
  /// @throws Unsupported if an equation has no form for one example
  static PerExample of(Program p, List<ExampleAxis> inputs, long examples) throws Unsupported {
    ExampleAxes facts = ExampleAxes.inside(p, inputs, "the program");
    Builder b = new Builder();
    List<Var> in = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      in.add(new Var(one(p.inputs().get(i).aval(), inputs.get(i))));
    }
    Var number = new Var(Aval.of(DType.I64));
    SingleRewriter rewriter = new SingleRewriter(b, p, facts, in, number);
    rewriter.run();
    List<Atom> outputs = new ArrayList<>();
    for (Atom y : p.outputs()) {
      outputs.add(rewriter.at(y, new ExampleAxis.At(0)));
    }
    in.add(number);
    return new PerExample(b.build(in, outputs), inputs, examples);
  }

  /// `aval` with an example axis of size 1.
  static Aval one(Aval aval, ExampleAxis fact) {
    return fact.position().map(axis -> aval.withShape(aval.shape().with(axis, 1))).orElse(aval);
  }

  /// Which inputs of [#program] differ between examples.
  List<Boolean> batched() {
    List<Boolean> batched = new ArrayList<>();
    inputs.forEach(fact -> batched.add(fact.position().isPresent()));
    batched.add(true);
    return batched;
  }

  /// The arguments of [#program] for all examples: where [#batched], stacked along a new axis 0.
  List<Atom> arguments(Builder b, List<? extends Atom> args) {
    List<Atom> stacked = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Atom x = args.get(i);
      stacked.add(inputs.get(i).position().map(axis -> split(b, x, axis)).orElse(x));
    }
    stacked.add(b.emit(new Iota(Shape.of(examples), 0, DType.I64)));
    return stacked;
  }

  /// `[.., n, ..] -> [n, .., 1, ..]`.
  static Atom split(Builder b, Atom x, int axis) {
    List<Integer> order = new ArrayList<>(List.of(axis));
    IntStream.range(0, x.aval().rank()).filter(k -> k != axis).forEach(order::add);
    Atom moved = axis == 0 ? x : b.emit(new Transpose(order), x);
    long n = x.aval().dim(axis);
    return b.emit(new Reshape(x.aval().shape().with(axis, 1).insert(0, n)), moved);
  }

  /// An equation has no form for one example.
  static final class Unsupported extends Exception {
    private static final long serialVersionUID = 1L;

    Unsupported(String message) {
      super(message);
    }
  }
}
