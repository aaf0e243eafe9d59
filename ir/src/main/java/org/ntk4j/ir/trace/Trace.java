package org.ntk4j.ir.trace;

import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// Programs out of ordinary Java functions: the function runs once, on values that record what is
/// done to them.
///
/// {@snippet :
/// Program p =
///     Trace.program(
///         List.of(Aval.of(DType.F32, 8, 3), Aval.of(DType.F32, 3, 2)),
///         in -> List.of(in.get(0).matmul(in.get(1)).tanh()));
/// }
///
/// Loops and branches of Java are unrolled; [Control] records loops and branches. A trace belongs
/// to one thread.
public final class Trace {
  private Trace() {}

  /// A program of trees: its inputs and outputs are the leaves, in order.
  ///
  /// @param inputs avals of the inputs
  /// @param outputs avals of the outputs
  public record TreeProgram(Program program, Tree<Aval> inputs, Tree<Aval> outputs) {}

  /// The program that `fn` computes on inputs of these avals.
  ///
  /// @throws org.ntk4j.ir.IrException if an operation in `fn` breaks a constraint of a primitive
  public static Program program(List<Aval> inputs, Function<List<Value>, List<Value>> fn) {
    Body body = Body.record("return", new TraceStack(), List.copyOf(inputs), fn);
    return body.capturedLast(List.of());
  }

  /// The program that `fn` computes on a tree of inputs.
  public static TreeProgram program(Tree<Aval> inputs, Function<Tree<Value>, Tree<Value>> fn) {
    Holder<Tree<Aval>> outputs = new Holder<>(inputs);
    Program program =
        program(
            inputs.leaves(),
            in -> {
              Tree<Value> results =
                  Objects.requireNonNull(
                      fn.apply(inputs.unflatten(in)), "the recorded function returned null");
              outputs.value = results.map(Value::aval);
              return results.leaves();
            });
    return new TreeProgram(program, inputs, outputs.value);
  }

  /// The program of a function of parameters and data; its inputs are the leaves of `params`, then
  /// those of `x`.
  public static TreeProgram program(
      Tree<Aval> params, Tree<Aval> x, BiFunction<Tree<Value>, Tree<Value>, Tree<Value>> fn) {
    return program(Tree.list(List.of(params, x)), in -> fn.apply(in.get(0), in.get(1)));
  }

  /// The equations of `p` recorded with its inputs replaced by `arguments`: its outputs.
  public static List<Value> inline(Program p, List<Value> arguments) {
    if (!arguments.stream().map(Value::aval).toList().equals(p.inputAvals())) {
      throw new IllegalArgumentException(
          "inline: the arguments are %s, the program takes %s"
              .formatted(arguments.stream().map(Value::aval).toList(), p.inputAvals()));
    }
    TraceStack stack = TraceStack.common("inline", arguments);
    List<Atom> atoms = arguments.stream().map(v -> stack.use("inline", v)).toList();
    return stack.top().builder().inline(p, atoms).stream().map(stack::value).toList();
  }

  private static final class Holder<T> {
    private T value;

    Holder(T value) {
      this.value = value;
    }
  }
}
