package org.ntk4j.tests.cuda;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;

/// Small programs of every kind of step.
final class CudaPrograms {
  private static final long WIDTH = 6;

  private CudaPrograms() {}

  /// `c W + x_t` again and again; rows of `WIDTH` elements are no multiple of 16 bytes.
  static Program recurrence(long steps, boolean reverse) {
    return Trace.program(
        List.of(
            Aval.of(DType.F32, WIDTH, WIDTH),
            Aval.of(DType.F32, WIDTH),
            Aval.of(DType.F32, steps, WIDTH),
            Aval.of(DType.F32, steps, 4)),
        in -> {
          Control.Step all =
              Control.scan(
                  List.of(in.get(1)),
                  List.of(in.get(2), in.get(3)),
                  steps,
                  reverse,
                  (carry, x) -> {
                    Value c = carry.getFirst();
                    Value next = c.matmul(in.get(0)).mul(0.3).add(x.get(0)).tanh();
                    Value sum = x.get(1).sum(0);
                    return new Control.Step(List.of(next), List.of(next.mul(sum), sum));
                  });
          return List.of(all.carry().getFirst(), all.outputs().get(0), all.outputs().get(1));
        });
  }

  /// Halves `x` until its largest element is below 1; the sum of what it was, too.
  static Program halving() {
    return Trace.program(
        List.of(Aval.of(DType.F64, 5)),
        in ->
            Control.whileLoop(
                List.of(in.getFirst(), in.getFirst()),
                carry -> carry.getFirst().abs().max(0).gt(1),
                carry -> {
                  Value half = carry.get(0).mul(0.5);
                  return List.of(half, carry.get(1).add(half));
                }));
  }

  /// One of three functions.
  static Program choice() {
    return Trace.program(
        List.of(Aval.of(DType.F32), Aval.of(DType.F32, 3, 4)),
        in ->
            Control.branch(
                in.get(0).cast(DType.I32),
                List.of(in.get(1)),
                List.of(
                    x -> List.of(x.getFirst().tanh()),
                    x -> List.of(x.getFirst().mul(2)),
                    x -> List.of(x.getFirst().neg()))));
  }

  /// Programs from `f64` to `f64` that multiply in `f32` within a scan, within a condition, within
  /// the body of a loop, and within a branch.
  static List<Program> singleInside() {
    List<Aval> in = List.of(Aval.of(DType.F64, WIDTH, WIDTH));
    return List.of(
        Trace.program(
            in,
            x ->
                Control.scan(
                        x,
                        List.of(),
                        3,
                        false,
                        (c, _) -> new Control.Step(List.of(squared(c.getFirst())), List.of()))
                    .carry()),
        Trace.program(in, x -> Control.whileLoop(x, CudaPrograms::isLarge, CudaPrograms::half)),
        Trace.program(
            in,
            x ->
                Control.whileLoop(
                    x,
                    c -> c.getFirst().abs().max(0).max(0).gt(1),
                    c -> List.of(squared(c.getFirst()).mul(0.01)))),
        Trace.program(
            in,
            x ->
                Control.branch(
                    x.getFirst().sum(0).sum(0).cast(DType.I32),
                    x,
                    List.of(CudaPrograms::half, c -> List.of(squared(c.getFirst()))))));
  }

  private static Value isLarge(List<Value> c) {
    return squared(c.getFirst()).abs().max(0).max(0).gt(1);
  }

  private static List<Value> half(List<Value> c) {
    return List.of(c.getFirst().mul(0.5));
  }

  /// The product of a matrix with itself, in `f32`.
  private static Value squared(Value x) {
    Value single = x.cast(DType.F32);
    return single.matmul(single).cast(DType.F64);
  }

  /// A product, and what follows it.
  static Program layers() {
    return Trace.program(
        List.of(Aval.of(DType.F32, 8, 16), Aval.of(DType.F32, 16, 4)),
        in -> {
          Value y = in.get(0).matmul(in.get(1)).tanh();
          return List.of(y, y.mul(y).sum(0).sqrt(), y.matmul(y.transpose()));
        });
  }
}
