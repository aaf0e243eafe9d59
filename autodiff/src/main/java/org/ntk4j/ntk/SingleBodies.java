package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.While;
import org.ntk4j.ntk.PerExample.Unsupported;

/// Programs inside equations, for one example; each gets the example's number as an additional
/// operand.
final class SingleBodies {
  private final SingleRewriter outer;
  private final ExampleAxes facts;

  SingleBodies(SingleRewriter outer, ExampleAxes facts) {
    this.outer = outer;
    this.facts = facts;
  }

  List<Var> emit(HigherOrder op, Equation e) throws Unsupported {
    List<ExampleAxis> in = facts.all(e.in());
    List<ExampleAxis> out = facts.all(e.out());
    return switch (op) {
      case Call(String name, Program body) ->
          outer.builder().emitAll(new Call(name, body(body, in, out)), operands(e, in));
      case Checkpoint(Program body) ->
          outer.builder().emitAll(new Checkpoint(body(body, in, out)), operands(e, in));
      case Cond(List<Program> branches) -> cond(branches, e, in, out);
      case Scan scan -> scan(scan, e, in, out);
      case While _, CustomJvp _, CustomVjp _ -> throw SingleRewriter.unsupported(e);
    };
  }

  /// The example's number, then the operands.
  private List<Atom> operands(Equation e, List<ExampleAxis> wanted) throws Unsupported {
    List<Atom> operands = new ArrayList<>(List.of(outer.number()));
    for (int i = 0; i < wanted.size(); i++) {
      operands.add(outer.at(e.in().get(i), wanted.get(i)));
    }
    return operands;
  }

  /// `p` with the example's number as its first input.
  private static Program body(Program p, List<ExampleAxis> in, List<ExampleAxis> out)
      throws Unsupported {
    ExampleAxes facts = ExampleAxes.inside(p, in, "an inner program");
    Builder b = new Builder();
    Var number = new Var(Aval.of(DType.I64));
    List<Var> own =
        IntStream.range(0, in.size())
            .mapToObj(i -> new Var(PerExample.one(p.inputs().get(i).aval(), in.get(i))))
            .toList();
    SingleRewriter rewriter = new SingleRewriter(b, p, facts, own, number);
    rewriter.run();
    List<Atom> outputs = new ArrayList<>();
    for (int i = 0; i < out.size(); i++) {
      outputs.add(rewriter.at(p.outputs().get(i), out.get(i)));
    }
    List<Var> inputs = new ArrayList<>(List.of(number));
    inputs.addAll(own);
    return b.build(inputs, outputs);
  }

  private List<Var> cond(
      List<Program> branches, Equation e, List<ExampleAxis> in, List<ExampleAxis> out)
      throws Unsupported {
    List<Program> single = new ArrayList<>();
    for (Program branch : branches) {
      single.add(body(branch, in.subList(1, in.size()), out));
    }
    List<Atom> operands = new ArrayList<>(operands(e, in));
    operands.set(0, operands.get(1));
    operands.set(1, outer.number());
    return outer.builder().emitAll(new Cond(single), operands);
  }

  private List<Var> scan(Scan scan, Equation e, List<ExampleAxis> in, List<ExampleAxis> out)
      throws Unsupported {
    String by = "an inner program";
    int ahead = scan.consts() + scan.carries();
    List<ExampleAxis> inner = ExampleAxes.scanInputs(scan, in, by);
    List<ExampleAxis> wanted = new ArrayList<>(inner.subList(0, ahead));
    inner.subList(ahead, inner.size()).forEach(x -> wanted.add(x.shifted(1, by)));
    List<ExampleAxis> results = new ArrayList<>(out.subList(0, scan.carries()));
    out.subList(scan.carries(), out.size()).forEach(y -> results.add(y.shifted(-1, by)));
    Program single = body(scan.body(), inner, results);
    Scan op = new Scan(single, scan.consts() + 1, scan.carries(), scan.length(), scan.reverse());
    return outer.builder().emitAll(op, operands(e, wanted));
  }
}
