package org.ntk4j.ir.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.While;

/// Branches and loops in the recorded program, with lambdas as bodies.
///
/// A body may use any value of the enclosing code: such values are found and passed as operands.
public final class Control {
  private Control() {}

  /// What one step of a scan returns: the next carry and this step's outputs.
  public record Step(List<Value> carry, List<Value> outputs) {
    public Step {
      carry = List.copyOf(carry);
      outputs = List.copyOf(outputs);
    }

    /// One carry, one output.
    public static Step of(Value carry, Value output) {
      return new Step(List.of(carry), List.of(output));
    }
  }

  /// `predicate ? ifTrue() : ifFalse()`, for a boolean scalar.
  public static Value cond(Value predicate, Supplier<Value> ifTrue, Supplier<Value> ifFalse) {
    return cond(predicate, List.of(), _ -> List.of(ifTrue.get()), _ -> List.of(ifFalse.get()))
        .getFirst();
  }

  /// `predicate ? ifTrue(arguments) : ifFalse(arguments)`, for a boolean scalar.
  public static List<Value> cond(
      Value predicate,
      List<Value> arguments,
      Function<List<Value>, List<Value>> ifTrue,
      Function<List<Value>, List<Value>> ifFalse) {
    if (!predicate.aval().equals(Aval.of(DType.BOOL))) {
      throw new IllegalArgumentException(
          "cond: the predicate is " + predicate.aval() + ", not bool[]");
    }
    return branch(predicate.cast(DType.I32), arguments, List.of(ifFalse, ifTrue));
  }

  /// Branch `clamp(index)` applied to `arguments`, for an `i32` scalar.
  public static List<Value> branch(
      Value index, List<Value> arguments, List<Function<List<Value>, List<Value>>> branches) {
    TraceStack stack = TraceStack.common("cond", concat(List.of(index), arguments));
    List<Aval> avals = avals(arguments);
    List<Body> bodies = branches.stream().map(fn -> Body.record("cond", stack, avals, fn)).toList();
    List<Value> captured = Body.captured(bodies);
    Cond op = new Cond(bodies.stream().map(b -> b.capturedLast(captured)).toList());
    return stack.emit(op, concat(List.of(index), arguments, captured));
  }

  /// `x` after `body` has been applied as long as `condition` (a boolean scalar) holds.
  public static Value whileLoop(
      Value x, UnaryOperator<Value> condition, UnaryOperator<Value> body) {
    return whileLoop(
            List.of(x),
            carry -> condition.apply(carry.getFirst()),
            carry -> List.of(body.apply(carry.getFirst())))
        .getFirst();
  }

  /// The carry after `body` has been applied as long as `condition` (a boolean scalar) holds.
  public static List<Value> whileLoop(
      List<Value> carry,
      Function<List<Value>, Value> condition,
      Function<List<Value>, List<Value>> body) {
    TraceStack stack = TraceStack.common("while", carry);
    List<Aval> avals = avals(carry);
    Body test = Body.record("while", stack, avals, in -> List.of(condition.apply(in)));
    Body step = Body.record("while", stack, avals, body);
    requireCarry("while", avals, step.outputAvals());
    List<Value> captured = Body.captured(List.of(test, step));
    While op = new While(test.capturedLast(captured), step.returningCaptured(captured));
    return stack.emit(op, concat(carry, captured)).subList(0, carry.size());
  }

  /// `x` after `body(i, x)` for `i = 0, .., count - 1` (`i64` scalars).
  public static Value repeat(long count, Value x, BiFunction<Value, Value, Value> body) {
    Value steps = x.arange(DType.I64, count);
    return scan(
            List.of(x),
            List.of(steps),
            count,
            false,
            (carry, in) ->
                new Step(List.of(body.apply(in.getFirst(), carry.getFirst())), List.of()))
        .carry()
        .getFirst();
  }

  /// `(carry, y_t) = body(carry, x_t)` for `t = 0, 1, ..` along axis 0 of `xs`: the last carry, and
  /// the `y_t` stacked along axis 0.
  public static Step scan(Value carry, Value xs, BiFunction<Value, Value, Step> body) {
    return scan(List.of(carry), List.of(xs), (c, in) -> body.apply(c.getFirst(), in.getFirst()));
  }

  /// [#scan] with several carries, inputs and outputs.
  public static Step scan(
      List<Value> carry, List<Value> xs, BiFunction<List<Value>, List<Value>, Step> body) {
    if (xs.isEmpty() || xs.getFirst().rank() == 0) {
      throw new IllegalArgumentException(
          "scan: the length is that of axis 0 of the inputs, but there is none; state the length");
    }
    return scan(carry, xs, xs.getFirst().dim(0), false, body);
  }

  /// [#scan] of a stated length, from the last to the first step if `reverse`.
  public static Step scan(
      List<Value> carry,
      List<Value> xs,
      long length,
      boolean reverse,
      BiFunction<List<Value>, List<Value>, Step> body) {
    TraceStack stack = TraceStack.common("scan", concat(carry, xs));
    for (Value x : xs) {
      if (x.rank() == 0 || x.dim(0) != length) {
        throw new IllegalArgumentException(
            "scan: input %s has no axis 0 of size %d".formatted(x.aval(), length));
      }
    }
    List<Aval> carries = avals(carry);
    List<Aval> inputs =
        new ArrayList<>(xs.stream().map(x -> x.aval().withShape(x.shape().remove(0))).toList());
    inputs.addAll(0, carries);
    int n = carry.size();
    Body step =
        Body.record(
            "scan",
            stack,
            inputs,
            in -> {
              Step next = body.apply(in.subList(0, n), in.subList(n, in.size()));
              requireCarry("scan", carries, avals(next.carry()));
              return concat(next.carry(), next.outputs());
            });
    List<Value> captured = Body.captured(List.of(step));
    Scan op = new Scan(step.capturedFirst(captured), captured.size(), n, length, reverse);
    List<Value> out = stack.emit(op, concat(captured, carry, xs));
    return new Step(out.subList(0, n), out.subList(n, out.size()));
  }

  /// `fn(arguments)`, recomputed by derivatives in place of storing its intermediate results.
  public static List<Value> checkpoint(
      List<Value> arguments, Function<List<Value>, List<Value>> fn) {
    TraceStack stack = TraceStack.common("checkpoint", arguments);
    Body body = Body.record("checkpoint", stack, avals(arguments), fn);
    List<Value> captured = Body.captured(List.of(body));
    return stack.emit(new Checkpoint(body.capturedLast(captured)), concat(arguments, captured));
  }

  /// `fn(x)`, recomputed by derivatives in place of storing its intermediate results.
  public static Value checkpoint(Value x, UnaryOperator<Value> fn) {
    return checkpoint(List.of(x), in -> List.of(fn.apply(in.getFirst()))).getFirst();
  }

  /// `fn(arguments)` as a named function of the program.
  public static List<Value> call(
      String name, List<Value> arguments, Function<List<Value>, List<Value>> fn) {
    TraceStack stack = TraceStack.common("call", arguments);
    Body body = Body.record("call", stack, avals(arguments), fn);
    List<Value> captured = Body.captured(List.of(body));
    return stack.emit(new Call(name, body.capturedLast(captured)), concat(arguments, captured));
  }

  static List<Aval> avals(List<Value> values) {
    return values.stream().map(Value::aval).toList();
  }

  @SafeVarargs
  static List<Value> concat(List<Value>... lists) {
    List<Value> all = new ArrayList<>();
    for (List<Value> list : lists) {
      all.addAll(list);
    }
    return List.copyOf(all);
  }

  private static void requireCarry(String what, List<Aval> before, List<Aval> after) {
    if (!before.equals(after)) {
      throw new IllegalArgumentException(
          "%s: the body turns a carry of %s into %s; they must be equal"
              .formatted(what, before, after));
    }
  }
}
