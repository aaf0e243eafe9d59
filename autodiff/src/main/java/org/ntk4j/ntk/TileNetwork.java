package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.ntk4j.autodiff.Batch;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.pass.Passes;
import org.ntk4j.ntk.PerExample.Unsupported;

/// A network whose examples are independent, for some of them at a time.
///
/// It is recorded again for fewer examples; if that is not the same function of one example (a
/// network may look at the number of examples, or at an example's number), the function of one
/// example is batched instead.
final class TileNetwork {
  private final int parameters;
  private final PerExample whole;
  private final Program normal;
  private final LongFunction<Program> recorder;
  private final Map<Long, Side> known = new HashMap<>();

  /// @param recorder the network recorded for so many examples
  TileNetwork(int parameters, PerExample whole, LongFunction<Program> recorder) {
    this.parameters = parameters;
    this.whole = whole;
    this.normal = Passes.standard().apply(whole.program());
    this.recorder = recorder;
  }

  /// The network on both sides, recorded for some number of examples.
  ///
  /// @param parameters how many of its inputs are parameters
  /// @param first what records the first side
  /// @param second what records the second side; absent if it is the first
  record Recorders(
      int parameters, LongFunction<Program> first, Optional<LongFunction<Program>> second) {
    TileNetwork first(PerExample whole) {
      return new TileNetwork(parameters, whole, first);
    }

    TileNetwork second(PerExample whole) {
      return new TileNetwork(parameters, whole, second.orElseThrow());
    }
  }

  /// A network for some of the examples.
  ///
  /// @param program `(parameters.., x.., [numbers i64[n]], [start i64[rank]]) -> outputs..`
  /// @param facts what is known of each input
  /// @param numbered whether the examples' numbers are an input
  record Side(Program program, List<ExampleAxis> facts, long examples, boolean numbered) {
    Side {
      facts = List.copyOf(facts);
    }

    /// The same as a function of one example.
    ///
    /// @throws IllegalArgumentException if it has none, though the whole network has: what is moved
    ///   where may depend on the number of examples
    PerExample single() {
      try {
        return PerExample.of(program, facts, examples);
      } catch (Unsupported reason) {
        throw new IllegalArgumentException(
            "the kernel cannot be cut into tiles: of %d examples, %s"
                .formatted(examples, reason.getMessage()),
            reason);
      }
    }
  }

  /// What is known of each input of the network but the parameters.
  List<ExampleAxis> inputs() {
    return whole.inputs().subList(parameters, whole.inputs().size());
  }

  long examples() {
    return whole.examples();
  }

  /// The network for `n` examples.
  ///
  /// @param chunk which elements of an output are wanted, if not all
  Side of(long n, Optional<OutputChunk> chunk) {
    Side side = known.computeIfAbsent(n, k -> recorded(k).orElseGet(() -> batched(k)));
    return chunk.map(c -> cut(side, c)).orElse(side);
  }

  /// [#of], with the examples' numbers as an input.
  Side numbered(long n, Optional<OutputChunk> chunk) {
    Side side = batched(n);
    return chunk.map(c -> cut(side, c)).orElse(side);
  }

  private Optional<Side> recorded(long n) {
    try {
      Program p = recorder.apply(n);
      Program single = Passes.standard().apply(PerExample.of(p, whole.inputs(), n).program());
      Var number = normal.inputs().getLast();
      boolean counts = normal.equations().stream().anyMatch(e -> e.in().contains(number));
      boolean rows = p.outputAvals().stream().allMatch(y -> y.rank() > 0 && y.dim(0) == n);
      return counts || !rows || !single.equals(normal)
          ? Optional.empty()
          : Optional.of(new Side(p, whole.inputs(), n, false));
    } catch (Unsupported | IllegalArgumentException other) {
      return Optional.empty();
    }
  }

  private Side batched(long n) {
    Builder b = new Builder();
    List<Var> inputs = new ArrayList<>();
    List<Atom> arguments = new ArrayList<>();
    for (int i = 0; i < whole.inputs().size(); i++) {
      Aval one = whole.program().inputs().get(i).aval();
      Optional<Integer> axis = whole.inputs().get(i).position();
      Var x = new Var(axis.map(k -> one.withShape(one.shape().with(k, n))).orElse(one));
      inputs.add(x);
      arguments.add(axis.map(k -> PerExample.split(b, x, k)).orElse(x));
    }
    Var numbers = new Var(Aval.of(DType.I64, n));
    inputs.add(numbers);
    arguments.add(numbers);
    List<Atom> outputs = new ArrayList<>();
    for (Atom y : b.inline(Batch.all(whole.program(), n, whole.batched()), arguments)) {
      outputs.add(b.emit(new Reshape(y.aval().shape().remove(1)), y));
    }
    List<ExampleAxis> facts = new ArrayList<>(whole.inputs());
    facts.add(new ExampleAxis.At(0));
    Program p = Passes.standard().apply(b.build(inputs, outputs));
    return new Side(p, facts, n, true);
  }

  /// `side` with a slice of one output in its place; where it starts is one more input.
  private static Side cut(Side side, OutputChunk chunk) {
    Builder b = new Builder();
    List<Var> inputs = new ArrayList<>(side.program().inputAvals().stream().map(Var::new).toList());
    List<Atom> outputs = new ArrayList<>(b.inline(side.program(), inputs));
    Atom y = outputs.get(chunk.output());
    Var start = new Var(Aval.of(DType.I64, y.aval().rank()));
    inputs.add(start);
    Shape sizes = y.aval().shape().with(chunk.axis(), chunk.size());
    outputs.set(chunk.output(), b.emit(new DynamicSlice(sizes), y, start));
    List<ExampleAxis> facts = new ArrayList<>(side.facts());
    facts.add(ExampleAxis.NONE);
    return new Side(b.build(inputs, outputs), facts, side.examples(), side.numbered());
  }
}
