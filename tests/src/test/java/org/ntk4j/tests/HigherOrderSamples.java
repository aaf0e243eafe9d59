package org.ntk4j.tests;

import static org.ntk4j.tests.PrimitiveSamples.sample;
import static org.ntk4j.tests.Values.exactly;
import static org.ntk4j.tests.Values.f64;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.While;

/// Samples of the primitives that hold programs.
final class HigherOrderSamples {
  private static final Aval ROW = Aval.of(DType.F64, 3);
  private static final Aval COUNT = Aval.of(DType.I32);

  private HigherOrderSamples() {}

  static List<Sample> all() {
    List<Sample> all = new ArrayList<>();
    Program body = program((b, x) -> List.of(b.mul(b.sin(x.get(0)), x.get(1)), x.get(0)), ROW, ROW);
    all.add(sample("", new Call("layer", body), f64(3), f64(3)));
    all.add(sample("", new Checkpoint(body), f64(3), f64(3)));
    all.add(
        sample(
            "inside a call",
            new Call(
                "outer",
                program((b, x) -> List.copyOf(b.emitAll(new Checkpoint(body), x)), ROW, ROW)),
            f64(3),
            f64(3)));
    branches(all, body);
    loops(all);
    scans(all);
    custom(all);
    return all;
  }

  private static Program program(BiFunction<Builder, List<Var>, List<Atom>> body, Aval... inputs) {
    Builder b = new Builder();
    List<Var> in = Arrays.stream(inputs).map(Var::new).toList();
    return b.build(in, body.apply(b, in));
  }

  private static void branches(List<Sample> all, Program body) {
    Program other = program((b, x) -> List.of(b.exp(x.get(1)), Literal.of(2, ROW)), ROW, ROW);
    Cond cond = new Cond(List.of(body, other));
    for (int index : new int[] {0, 1, -4, 7}) {
      all.add(sample("index " + index, cond, exactly(DType.I32, List.of(index)), f64(3), f64(3)));
    }
  }

  private static void loops(List<Sample> all) {
    Program condition =
        program((b, x) -> List.of(b.lt(x.get(0), Literal.of(3, COUNT))), COUNT, ROW, ROW);
    Program body =
        program(
            (b, x) ->
                List.of(
                    b.add(x.get(0), Literal.of(1, COUNT)),
                    b.sin(b.mul(x.get(1), x.get(2))),
                    x.get(2)),
            COUNT,
            ROW,
            ROW);
    While loop = new While(condition, body);
    all.add(sample("three times", loop, exactly(DType.I32, List.of(0)), f64(3), f64(3)));
    all.add(sample("never", loop, exactly(DType.I32, List.of(5)), f64(3), f64(3)));
  }

  private static void scans(List<Sample> all) {
    Aval matrix = Aval.of(DType.F64, 3, 3);
    Program cell =
        program(
            (b, x) -> {
              Atom h = b.contract(x.get(0), x.get(1), List.of(), List.of(), List.of(1), List.of(0));
              Atom next = b.tanh(b.add(h, x.get(2)));
              return List.of(next, b.mul(next, x.get(2)));
            },
            matrix,
            ROW,
            ROW);
    all.add(sample("cell", new Scan(cell, 1, 1, 4, false), f64(3, 3), f64(3), f64(4, 3)));
    all.add(sample("cell reverse", new Scan(cell, 1, 1, 4, true), f64(3, 3), f64(3), f64(4, 3)));
    all.add(sample("cell never", new Scan(cell, 1, 1, 0, false), f64(3, 3), f64(3), f64(0, 3)));
    Program counted =
        program(
            (b, x) -> {
              Atom step = b.convert(x.get(1), DType.F64);
              Atom wave = b.mul(b.sin(x.get(0)), b.broadcast(step, ROW.shape(), List.of()));
              Atom sum = b.add(x.get(2), b.mul(wave, x.get(3)));
              return List.of(
                  b.add(x.get(1), Literal.of(1, COUNT)), sum, x.get(1), b.exp(x.get(0)), wave);
            },
            ROW,
            COUNT,
            ROW,
            ROW);
    all.add(
        sample(
            "with a counter",
            new Scan(counted, 1, 2, 3, false),
            f64(3),
            exactly(DType.I32, List.of(1)),
            f64(3),
            f64(3, 3)));
    Program map = program((b, x) -> List.of(b.sin(x.get(0))), ROW);
    all.add(sample("map", new Scan(map, 0, 0, 2, true), f64(2, 3)));
    Program swap = program((b, x) -> List.of(x.get(1), b.mul(x.get(0), x.get(1))), ROW, ROW);
    all.add(sample("carries only", new Scan(swap, 0, 2, 5, false), f64(3), f64(3)));
    Program nested =
        program(
            (b, x) -> {
              List<Var> out = b.emitAll(new Scan(swap, 0, 2, 2, true), List.of(x.get(1), x.get(2)));
              return List.of(b.mul(out.get(0), x.get(0)), out.get(1));
            },
            ROW,
            ROW,
            ROW);
    all.add(sample("nested", new Scan(nested, 1, 1, 2, false), f64(3), f64(3), f64(2, 3)));
  }

  private static void custom(List<Sample> all) {
    Program body = program((b, x) -> List.of(b.div(b.sin(x.get(0)), x.get(1))), ROW, ROW);
    Program jvp =
        program(
            (b, x) -> {
              Atom y = b.div(b.sin(x.get(0)), x.get(1));
              Atom first = b.div(b.mul(b.cos(x.get(0)), x.get(2)), x.get(1));
              return List.of(y, b.sub(first, b.mul(b.div(y, x.get(1)), x.get(3))));
            },
            ROW,
            ROW,
            ROW,
            ROW);
    Program forward =
        program(
            (b, x) -> {
              Atom y = b.div(b.sin(x.get(0)), x.get(1));
              return List.of(y, b.cos(x.get(0)), x.get(1), y);
            },
            ROW,
            ROW);
    Program backward =
        program(
            (b, x) -> {
              Atom scaled = b.div(x.get(3), x.get(1));
              return List.of(b.mul(x.get(0), scaled), b.neg(b.mul(x.get(2), scaled)));
            },
            ROW,
            ROW,
            ROW,
            ROW);
    all.add(sample("", new CustomJvp(body, jvp), f64(3), Values.between(0.5, 2, 3)));
    all.add(sample("", new CustomVjp(body, forward, backward), f64(3), Values.between(0.5, 2, 3)));
  }
}
