package org.ntk4j.ir.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;

/// Functions that bring their own derivative.
///
/// The derivative speaks of the arguments only, so the lambdas here may use enclosing values of
/// integer and boolean dtype but no floating-point ones: those must be arguments.
public final class CustomDerivative {
  private CustomDerivative() {}

  /// What the forward half returns: the results, and what the backward half needs.
  public record Forward(List<Value> results, List<Value> residuals) {
    public Forward {
      results = List.copyOf(results);
      residuals = List.copyOf(residuals);
    }
  }

  /// `fn(x)` with the derivative `tangents(x, xDot) = yDot`, which is linear in `xDot`.
  ///
  /// @param tangents takes the tangents of the floating-point arguments and returns those of the
  ///   floating-point results
  public static List<Value> jvp(
      List<Value> x,
      Function<List<Value>, List<Value>> fn,
      BiFunction<List<Value>, List<Value>, List<Value>> tangents) {
    TraceStack stack = TraceStack.common("custom_jvp", x);
    List<Aval> avals = Control.avals(x);
    Body body = Body.record("custom_jvp", stack, avals, fn);
    List<Aval> withTangents = new ArrayList<>(avals);
    withTangents.addAll(avals.stream().filter(Aval::isFloating).toList());
    int n = x.size();
    Body jvp =
        Body.record(
            "custom_jvp",
            stack,
            withTangents,
            in -> {
              List<Value> primals = in.subList(0, n);
              List<Value> yDot = tangents.apply(primals, in.subList(n, in.size()));
              return Control.concat(fn.apply(primals), yDot);
            });
    List<Value> captured = requireNoFloating("custom_jvp", Body.captured(List.of(body, jvp)));
    // Captured values take part as arguments: they follow the primals and have no tangents.
    Body lifted =
        Body.record(
            "custom_jvp",
            stack,
            insertAfter(withTangents, n, Control.avals(captured)),
            in ->
                Trace.inline(
                    jvp.capturedLast(captured),
                    Control.concat(
                        in.subList(0, n),
                        in.subList(n + captured.size(), in.size()),
                        in.subList(n, n + captured.size()))));
    CustomJvp op = new CustomJvp(body.capturedLast(captured), lifted.capturedLast(List.of()));
    return stack.emit(op, Control.concat(x, captured));
  }

  /// `fn(x)` with the derivative `forward(x) = (y, residuals)`, `backward(residuals, yBar) = xBar`,
  /// which is linear in `yBar`.
  ///
  /// @param backward takes the cotangents of the floating-point results and returns those of the
  ///   floating-point arguments
  public static List<Value> vjp(
      List<Value> x,
      Function<List<Value>, List<Value>> fn,
      Function<List<Value>, Forward> forward,
      BiFunction<List<Value>, List<Value>, List<Value>> backward) {
    TraceStack stack = TraceStack.common("custom_vjp", x);
    List<Aval> avals = Control.avals(x);
    Body body = Body.record("custom_vjp", stack, avals, fn);
    Body ahead =
        Body.record(
            "custom_vjp",
            stack,
            avals,
            in -> {
              Forward f = forward.apply(in);
              return Control.concat(f.results(), f.residuals());
            });
    int results = body.outputAvals().size();
    if (ahead.outputAvals().size() < results) {
      throw new IllegalArgumentException(
          "custom_vjp: the forward half returns %d results, the function %d"
              .formatted(ahead.outputAvals().size(), results));
    }
    List<Aval> residuals = ahead.outputAvals().subList(results, ahead.outputAvals().size());
    List<Aval> backwardInputs = new ArrayList<>(residuals);
    backwardInputs.addAll(body.outputAvals().stream().filter(Aval::isFloating).toList());
    int r = residuals.size();
    Body back =
        Body.record(
            "custom_vjp",
            stack,
            backwardInputs,
            in -> backward.apply(in.subList(0, r), in.subList(r, in.size())));
    List<Value> captured = requireNoFloating("custom_vjp", Body.captured(List.of(body, ahead)));
    if (!Body.captured(List.of(back)).isEmpty()) {
      throw new IllegalArgumentException(
          "custom_vjp: the backward half uses a value of the enclosing code; pass it as a"
              + " residual");
    }
    CustomVjp op =
        new CustomVjp(
            body.capturedLast(captured),
            ahead.capturedLast(captured),
            back.capturedLast(List.of()));
    return stack.emit(op, Control.concat(x, captured));
  }

  private static List<Aval> insertAfter(List<Aval> avals, int n, List<Aval> inserted) {
    List<Aval> all = new ArrayList<>(avals);
    all.addAll(n, inserted);
    return all;
  }

  private static List<Value> requireNoFloating(String what, List<Value> captured) {
    for (Value v : captured) {
      if (v.dtype().isFloating()) {
        throw new IllegalArgumentException(
            what
                + (": the function uses " + v.aval() + " of the enclosing code;")
                + " its derivative is not given, so pass it as an argument");
      }
    }
    return captured;
  }
}
