package org.ntk4j.tests.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Networks;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkBuilder;
import org.ntk4j.tests.RandomNetwork;

/// Programs large enough to be cut into pieces.
public final class Programs {
  private static final long EXAMPLES = 3;

  private Programs() {}

  /// The kernel of two layers of `width` units on `examples` examples, in `f32`.
  public static Program layers(long width, long examples) {
    Tree<Aval> params =
        Tree.list(
            List.of(
                Tree.of(Aval.of(DType.F32, width, width)), Tree.of(Aval.of(DType.F32, width, 10))));
    return Ntk.of(
            (p, x) -> {
              Value first = p.leaves().get(0);
              Value second = p.leaves().get(1);
              return Tree.of(x.leaves().getFirst().matmul(first).tanh().matmul(second));
            })
        .traceAxes()
        .build()
        .program(Tree.of(Aval.of(DType.F32, examples, width)), params);
  }

  /// `tanh(h W / (2 √width) + x)` again and again, with all states as result: a loop.
  public static Program recurrence(long width, long steps) {
    // Small enough for rounding errors to die out.
    double scale = 0.5 / Math.sqrt(width);
    return Trace.program(
        List.of(
            Aval.of(DType.F32, width, width),
            Aval.of(DType.F32, 4, width),
            Aval.of(DType.F32, steps, 4, width)),
        in -> {
          Control.Step all =
              Control.scan(
                  in.get(1),
                  in.get(2),
                  (h, x) -> {
                    Value next = h.matmul(in.get(0)).mul(scale).add(x).tanh();
                    return Control.Step.of(next, next.mul(next));
                  });
          return List.of(all.carry().getFirst(), all.outputs().getFirst());
        });
  }

  /// The kernel's program of the random network that these numbers describe, in one dtype and by
  /// one implementation; empty: it is not a network for this dtype.
  public static Optional<Program> random(List<Integer> numbers) {
    RandomNetwork network = new RandomNetwork(numbers);
    int choice = numbers.hashCode() >>> Byte.SIZE;
    DType dtype = choice % 2 == 0 ? DType.F32 : DType.F64;
    Implementation[] all = Implementation.values();
    return random(network, dtype, all[choice / 2 % all.length]);
  }

  /// The kernel's program of the large network that these numbers describe, in one dtype and by one
  /// implementation.
  static Program large(List<Integer> numbers) {
    LargeNetwork network = LargeNetwork.of(numbers);
    int choice = numbers.hashCode() >>> Byte.SIZE;
    DType dtype = choice % 2 == 0 ? DType.F32 : DType.F64;
    Implementation[] all = Implementation.values();
    return Ntk.of(network)
        .traceAxes()
        .implementation(all[choice / 2 % all.length])
        .build()
        .program(network.examples(dtype), network.parameters(dtype));
  }

  private static Optional<Program> random(
      RandomNetwork network, DType dtype, Implementation implementation) {
    RandomNetwork.Shapes shapes = network.shapes();
    List<Tree<Aval>> parameters = new ArrayList<>();
    shapes.parameters().forEach(s -> parameters.add(Tree.of(new Aval(dtype, s))));
    Tree<Aval> params = Tree.list(parameters);
    Tree<Aval> x = Tree.of(new Aval(dtype, Shape.of(EXAMPLES).concat(shapes.example())));
    NtkBuilder builder = Ntk.of(network).implementation(implementation);
    try {
      Program forward = Networks.program(network, params, x).program();
      // One number, for each example or for all, has no axis for the kernel's trace.
      boolean single = forward.outputs().getFirst().aval().rank() < 2;
      return Optional.of((single ? builder.traceAxes() : builder).build().program(x, params));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Normal numbers for the inputs of `p`.
  public static List<Tensor> values(Program p, long seed) {
    List<RandomKey> keys = RandomKey.of(seed).split(p.inputs().size());
    List<Tensor> values = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      Aval aval = p.inputAvals().get(i);
      values.add(keys.get(i).normal(aval.dtype(), aval.shape()));
    }
    return values;
  }
}
