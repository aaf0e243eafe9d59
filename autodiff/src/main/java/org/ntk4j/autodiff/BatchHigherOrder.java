package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.While;

/// [Batch] of the primitives that hold programs; at least one operand is batched.
final class BatchHigherOrder {
  private final BatchLanes lanes;
  private final List<BatchLane> in;

  BatchHigherOrder(BatchLanes lanes, List<BatchLane> in) {
    this.lanes = lanes;
    this.in = in;
  }

  List<BatchLane> apply(HigherOrder op) {
    return switch (op) {
      case Call(String name, Program body) -> body(body, p -> new Call(name, p));
      case Checkpoint(Program body) -> body(body, Checkpoint::new);
      case Cond(var branches) -> in.getFirst().batched() ? choose(branches) : cond(branches);
      case While loop -> new BatchWhile(lanes, in).apply(loop);
      case Scan scan -> scan(scan);
      case CustomJvp(Program body, Program jvp) -> customJvp(body, jvp);
      case CustomVjp c -> customVjp(c);
    };
  }

  private static List<Boolean> flags(List<BatchLane> in) {
    return in.stream().map(BatchLane::batched).toList();
  }

  static List<Boolean> or(List<Boolean> x, List<Boolean> y) {
    return IntStream.range(0, x.size()).mapToObj(i -> x.get(i) || y.get(i)).toList();
  }

  /// `op` on `operands`, which are batched as the programs of `op` expect.
  private List<BatchLane> emit(
      HigherOrder op, List<? extends Atom> operands, List<Boolean> batched) {
    List<? extends Atom> out = lanes.b().emitAll(op, operands);
    return IntStream.range(0, out.size())
        .mapToObj(i -> new BatchLane(out.get(i), batched.get(i)))
        .toList();
  }

  private List<Atom> atoms() {
    return in.stream().map(BatchLane::atom).toList();
  }

  private List<BatchLane> body(Program body, Function<Program, HigherOrder> op) {
    Batched mapped = Batch.of(body, lanes.size(), flags(in));
    return emit(op.apply(mapped.program()), atoms(), mapped.outBatched());
  }

  /// One index: all examples take the same branch.
  private List<BatchLane> cond(List<Program> branches) {
    List<Boolean> arguments = flags(in.subList(1, in.size()));
    List<Boolean> out = Collections.nCopies(branches.getFirst().outputs().size(), false);
    for (Program branch : branches) {
      out = or(out, Batch.of(branch, lanes.size(), arguments).outBatched());
    }
    List<Program> mapped = new ArrayList<>();
    for (Program branch : branches) {
      mapped.add(Batch.forced(branch, lanes.size(), arguments, out).program());
    }
    return emit(new Cond(mapped), atoms(), out);
  }

  /// An index for each example: every branch is computed, and each example picks.
  private List<BatchLane> choose(List<Program> branches) {
    Atom index = in.getFirst().atom();
    List<BatchLane> arguments = in.subList(1, in.size());
    List<BatchLane> result = Batch.inline(branches.getLast(), lanes, arguments);
    for (int k = branches.size() - 2; k >= 0; k--) {
      // Indices are clamped: all below 0 mean branch 0, all above the last branch the last.
      Comparison kind = k == 0 ? Comparison.LE : Comparison.EQ;
      Atom here = lanes.b().emit(new Compare(kind), index, Literal.of(k, index.aval()));
      List<BatchLane> branch = Batch.inline(branches.get(k), lanes, arguments);
      List<BatchLane> rest = result;
      result =
          IntStream.range(0, branch.size())
              .mapToObj(i -> new BatchLane(select(lanes, here, branch.get(i), rest.get(i)), true))
              .toList();
    }
    return result;
  }

  /// `p[n] ? x[n, ..] : y[n, ..]`.
  static Atom select(BatchLanes lanes, Atom p, BatchLane x, BatchLane y) {
    Atom chosen = lanes.repeat(x);
    Aval aval = chosen.aval().withDType(DType.BOOL);
    Atom spread = aval.rank() == 1 ? p : lanes.b().emit(new Broadcast(aval.shape(), List.of(0)), p);
    return lanes.b().emit(new Select(), spread, chosen, lanes.repeat(y));
  }

  private List<BatchLane> scan(Scan s) {
    int first = s.consts() + s.carries();
    List<Boolean> inputs = new ArrayList<>(flags(in));
    List<Boolean> carry = inputs.subList(s.consts(), first);
    List<Boolean> ys = List.of();
    for (boolean more = true; more; ) {
      List<Boolean> out = Batch.of(s.body(), lanes.size(), inputs).outBatched();
      List<Boolean> next = or(carry, out.subList(0, s.carries()));
      ys = out.subList(s.carries(), out.size());
      more = !next.equals(carry);
      Collections.copy(carry, next);
    }
    List<Boolean> out = new ArrayList<>(carry);
    out.addAll(ys);
    Program body = Batch.forced(s.body(), lanes.size(), inputs, out).program();
    List<Atom> operands = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      Atom x = inputs.get(i) ? lanes.repeat(in.get(i)) : in.get(i).atom();
      // Time stays in front of the examples.
      operands.add(i >= first && inputs.get(i) ? lanes.move(x, 0, 1) : x);
    }
    List<BatchLane> results =
        new ArrayList<>(
            emit(new Scan(body, s.consts(), s.carries(), s.length(), s.reverse()), operands, out));
    for (int i = s.carries(); i < results.size(); i++) {
      if (out.get(i)) {
        results.set(i, lanes.from(results.get(i).atom(), 1));
      }
    }
    return results;
  }

  /// The outputs of `body` and of `jvp`, and tangents and primals, are batched alike.
  private List<BatchLane> customJvp(Program body, Program jvp) {
    List<Boolean> x = flags(in);
    List<Boolean> inputs = withTangents(x, body.inputs());
    List<Boolean> y = Batch.of(body, lanes.size(), x).outBatched();
    List<Boolean> out = Batch.of(jvp, lanes.size(), inputs).outBatched();
    List<Boolean> outputs = new ArrayList<>(or(y, out.subList(0, y.size())));
    int next = y.size();
    for (int i = 0; i < y.size(); i++) {
      if (body.outputs().get(i).aval().isFloating()) {
        outputs.set(i, outputs.get(i) || out.get(next++));
      }
    }
    Program mappedBody = Batch.forced(body, lanes.size(), x, outputs).program();
    List<Boolean> both = withTangents(outputs, body.outputs());
    Program mappedJvp = Batch.forced(jvp, lanes.size(), inputs, both).program();
    return emit(new CustomJvp(mappedBody, mappedJvp), atoms(), outputs);
  }

  /// `flags`, then those of the floating-point `values` again.
  private static List<Boolean> withTangents(List<Boolean> flags, List<? extends Atom> values) {
    List<Boolean> result = new ArrayList<>(flags);
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i).aval().isFloating()) {
        result.add(flags.get(i));
      }
    }
    return result;
  }

  /// All outputs are batched, so that every example has its own cotangent; the cotangent of an
  /// input that the examples share is the sum of theirs.
  private List<BatchLane> customVjp(CustomVjp c) {
    List<Boolean> x = flags(in);
    int count = c.body().outputs().size();
    List<Boolean> y = Collections.nCopies(count, true);
    Program body = Batch.all(c.body(), lanes.size(), x);
    List<Boolean> saved = new ArrayList<>(y);
    saved.addAll(Collections.nCopies(c.forward().outputs().size() - count, false));
    Batched forward = Batch.forced(c.forward(), lanes.size(), x, saved);
    List<Boolean> residuals = forward.outBatched().subList(count, forward.outBatched().size());
    Program backward = backward(c, residuals, x);
    return emit(new CustomVjp(body, forward.program(), backward), atoms(), y);
  }

  private Program backward(CustomVjp c, List<Boolean> residuals, List<Boolean> x) {
    List<Boolean> cotangents = new ArrayList<>(residuals);
    cotangents.addAll(Collections.nCopies(c.backward().inputs().size() - residuals.size(), true));
    Program mapped = Batch.all(c.backward(), lanes.size(), cotangents);
    Builder b = new Builder();
    List<Atom> xBar = new ArrayList<>(b.inline(mapped, mapped.inputs()));
    int next = 0;
    for (int i = 0; i < x.size(); i++) {
      if (c.body().inputs().get(i).aval().isFloating()) {
        if (!x.get(i)) {
          xBar.set(next, b.emit(new ReduceSum(List.of(0)), xBar.get(next)));
        }
        next++;
      }
    }
    return b.build(mapped.inputs(), xBar);
  }
}
