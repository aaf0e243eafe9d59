package org.ntk4j.ir.eval;

import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// `run(p, x) = p(x)`: the meaning of programs, written to be read.
///
/// Values of `f32` operations are computed in `double` and rounded once per operation (matrix
/// products may be computed in `f32`); integers are exact modulo their size. All results are new
/// tensors: changing one changes no argument and no other result.
public final class Evaluator {
  /// Programs whose values take no more bytes than this are run in small garbage-collected pieces.
  private static final long TINY_BYTES = 1 << 16;

  private Evaluator() {}

  /// The results of `p` for these arguments, garbage-collected.
  ///
  /// @throws IllegalArgumentException if the arguments are not those that `p` expects
  public static List<Tensor> run(Program p, List<Tensor> arguments) {
    check(p, arguments);
    Plan plan = PlanCache.plan(p);
    if (plan.bytes() <= TINY_BYTES) {
      Memory memory = Memory.slabs(plan.bytes());
      return new Interpreter(memory).run(plan, arguments, memory);
    }
    try (TensorScope scope = TensorScope.open()) {
      return new Interpreter(Memory.of(scope)).run(plan, arguments, Memory.collected());
    }
  }

  /// The results of `p` for these arguments, owned by `scope`; everything else is given back to it.
  ///
  /// @throws IllegalArgumentException if the arguments are not those that `p` expects
  public static List<Tensor> run(Program p, List<Tensor> arguments, TensorScope scope) {
    check(p, arguments);
    Memory memory = Memory.of(scope);
    return new Interpreter(memory).run(PlanCache.plan(p), arguments, memory);
  }

  /// The results of `p` for these arguments, owned by `scope`; everything else is given back to the
  /// operating system. Its memory counts in [TensorScope#peakBytes] of `scope`.
  ///
  /// @throws IllegalArgumentException if the arguments are not those that `p` expects
  public static List<Tensor> runWithin(Program p, List<Tensor> arguments, TensorScope scope) {
    check(p, arguments);
    try (TensorScope temporaries = TensorScope.openWithin(scope)) {
      return new Interpreter(Memory.of(temporaries))
          .run(PlanCache.plan(p), arguments, Memory.of(scope));
    }
  }

  private static void check(Program p, List<Tensor> arguments) {
    if (arguments.size() != p.inputs().size()) {
      throw new IllegalArgumentException(
          "the program has %d inputs, but %d arguments were given; expected %s"
              .formatted(p.inputs().size(), arguments.size(), p.inputAvals()));
    }
    for (int i = 0; i < arguments.size(); i++) {
      Aval expected = p.inputs().get(i).aval();
      Tensor x = arguments.get(i);
      if (x.dtype() != expected.dtype() || !x.shape().equals(expected.shape())) {
        throw new IllegalArgumentException(
            "argument %d of the program is %s; expected %s"
                .formatted(i, new Aval(x.dtype(), x.shape()), expected));
      }
    }
  }
}
