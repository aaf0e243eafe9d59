package org.ntk4j.autodiff;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;
import org.ntk4j.ir.op.Scan;

/// Small programs that use several constructs at once.
enum Nets {
  /// Two layers, the first weight used twice.
  SHARED(
      program(
          (b, x) -> {
            Atom h = b.tanh(dense(b, x.get(0), x.get(1)));
            Atom y = b.add(dense(b, h, x.get(1)), h);
            return List.of(y, b.reduceSum(b.mul(y, y), List.of(0, 1)));
          },
          f64(2, 3),
          f64(3, 3))),
  /// Softmax by hand.
  SOFTMAX(
      program(
          (b, x) -> {
            Shape shape = Shape.of(2, 3);
            Atom z = dense(b, x.get(0), x.get(1));
            Atom top = b.broadcast(b.reduceMax(z, List.of(1)), shape, List.of(0));
            Atom e = b.exp(b.sub(z, top));
            Atom sum = b.broadcast(b.reduceSum(e, List.of(1)), shape, List.of(0));
            return List.of(b.div(e, sum));
          },
          f64(2, 3),
          f64(3, 3))),
  /// A recurrent network whose cell is checkpointed, run from the end.
  RECURRENT(
      program(
          (b, x) ->
              List.copyOf(
                  b.emitAll(
                      new Scan(checkpointed(cell()), 1, 1, 4, true),
                      List.of(x.get(0), x.get(1), x.get(2)))),
          f64(3, 3),
          f64(3),
          f64(4, 3))),
  /// A scan within a branch, the other branch constant.
  BRANCH(
      program(
          (b, x) -> {
            Program scan =
                program(
                    (c, y) -> List.copyOf(c.emitAll(new Scan(cell(), 1, 1, 4, false), y)),
                    f64(3, 3),
                    f64(3),
                    f64(4, 3));
            Program rest =
                program(
                    (_, y) -> List.of(y.get(1), Literal.of(3, f64(4, 3))),
                    f64(3, 3),
                    f64(3),
                    f64(4, 3));
            Atom index = Literal.of(1, Aval.of(DType.I32));
            Atom w = b.sin(x.get(0));
            List<Var> y =
                b.emitAll(new Cond(List.of(rest, scan)), List.of(index, w, x.get(1), x.get(2)));
            return List.of(b.mul(y.getFirst(), x.get(1)), y.getLast());
          },
          f64(3, 3),
          f64(3),
          f64(4, 3))),
  /// Custom derivatives within a scan over a matrix whose rows do not change from step to step.
  CUSTOM(
      program(
          (b, x) -> {
            Program step =
                program(
                    (c, y) -> {
                      Atom same = c.exp(y.get(0));
                      Atom u = c.emitAll(customJvp(), List.of(y.get(1))).getFirst();
                      Atom v = c.emitAll(customVjp(), List.of(c.mul(u, same), y.get(2))).getFirst();
                      return List.of(v, c.mul(v, u));
                    },
                    f64(3),
                    f64(3),
                    f64(3));
            return List.copyOf(b.emitAll(new Scan(step, 1, 1, 3, false), x));
          },
          f64(3),
          f64(3),
          f64(3, 3))),
  /// A value used in three places, one of them sorted, with an output that is an input and one that
  /// is a literal.
  FAN(
      program(
          (b, x) -> {
            Atom y = b.sort(List.of(x.get(0)), 0, 1, false).getFirst();
            Atom z = b.cumprod(b.mul(x.get(0), y), 0, false);
            return List.of(b.add(z, x.get(0)), x.get(0), Literal.of(2, f64(4)));
          },
          f64(4)));

  private final Program program;

  Nets(Program program) {
    this.program = program;
  }

  Program program() {
    return program;
  }

  static Aval f64(long... dims) {
    return Aval.of(DType.F64, dims);
  }

  static Program program(BiFunction<Builder, List<Var>, List<Atom>> body, Aval... inputs) {
    Builder b = new Builder();
    List<Var> in = Arrays.stream(inputs).map(Var::new).toList();
    return b.build(in, body.apply(b, in));
  }

  static Atom dense(Builder b, Atom x, Atom w) {
    return b.contract(x, w, List.of(), List.of(), List.of(1), List.of(0));
  }

  /// `(w, h, x) → (tanh(w h + x), h' x)`.
  static Program cell() {
    return program(
        (b, x) -> {
          Atom h = b.contract(x.get(0), x.get(1), List.of(), List.of(), List.of(1), List.of(0));
          Atom next = b.tanh(b.add(h, x.get(2)));
          return List.of(next, b.mul(next, x.get(2)));
        },
        f64(3, 3),
        f64(3),
        f64(3));
  }

  private static Program checkpointed(Program p) {
    return program(
        (b, x) -> List.copyOf(b.emitAll(new Checkpoint(p), x)),
        p.inputAvals().toArray(Aval[]::new));
  }

  /// `sin(x)`.
  private static CustomJvp customJvp() {
    Program body = program((b, x) -> List.of(b.sin(x.getFirst())), f64(3));
    Program jvp =
        program(
            (b, x) -> List.of(b.sin(x.get(0)), b.mul(b.cos(x.get(0)), x.get(1))), f64(3), f64(3));
    return new CustomJvp(body, jvp);
  }

  /// `x * tanh(y)`.
  private static CustomVjp customVjp() {
    Program body = program((b, x) -> List.of(b.mul(x.get(0), b.tanh(x.get(1)))), f64(3), f64(3));
    Program forward =
        program(
            (b, x) -> {
              Atom t = b.tanh(x.get(1));
              return List.of(b.mul(x.get(0), t), x.get(0), t);
            },
            f64(3),
            f64(3));
    Program backward =
        program(
            (b, r) -> {
              Atom slope = b.sub(Literal.of(1, f64(3)), b.mul(r.get(1), r.get(1)));
              return List.of(b.mul(r.get(2), r.get(1)), b.mul(r.get(2), b.mul(slope, r.get(0))));
            },
            f64(3),
            f64(3),
            f64(3));
    return new CustomVjp(body, forward, backward);
  }
}
