package org.ntk4j.ir.eval;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Plan.Source;
import org.ntk4j.ir.eval.Plan.Step;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.While;

/// How much memory the evaluator takes for a program: its steps followed without running them.
public final class Footprint {
  private final Plan plan;
  private final Aval[] avals;
  private long live;
  private long peak;

  private Footprint(Plan plan, List<Aval> inputs) {
    this.plan = plan;
    this.avals = new Aval[plan.slots()];
    for (int i = 0; i < inputs.size(); i++) {
      avals[i] = inputs.get(i);
    }
  }

  /// Bytes in use at the worst moment of evaluating `p`, its arguments and results included, as
  /// [org.ntk4j.core.TensorScope#peakBytes] counts them. A `while` is taken to run.
  public static long peakBytes(Program p) {
    long arguments = p.inputAvals().stream().mapToLong(Footprint::bytes).sum();
    return arguments + beside(PlanCache.plan(p), p.inputAvals());
  }

  /// What a scope counts for a tensor of so many bytes.
  static long charged(long bytes) {
    return (bytes + 63) / 64 * 64;
  }

  private static long bytes(Aval x) {
    return charged(x.size() * x.dtype().sizeBytes());
  }

  private static long bytes(List<Aval> xs) {
    return xs.stream().mapToLong(Footprint::bytes).sum();
  }

  private static long beside(Plan plan, List<Aval> inputs) {
    Footprint walk = new Footprint(plan, inputs);
    plan.steps().forEach(walk::step);
    walk.results();
    return walk.peak;
  }

  private void step(Step step) {
    List<Aval> in = step.in().stream().map(this::aval).toList();
    for (int i = 0; i < step.out().size(); i++) {
      avals[step.out().get(i)] = step.avals().get(i);
    }
    long results = step.shares() ? 0 : bytes(step.avals());
    long needed =
        step.op() instanceof HigherOrder op ? nested(op, step, in) : results + scratch(step, in);
    peak = Math.max(peak, live + needed + filled(step));
    live += results;
    for (int slot : step.dying()) {
      live -= bytes(avals[slot]);
    }
  }

  private Aval aval(Source source) {
    return switch (source) {
      case Source.Slot(int slot) -> avals[slot];
      case Source.Value(var operand) -> operand.aval();
    };
  }

  /// Large literals become tensors where an operation does not take them as they are.
  private static long filled(Step step) {
    boolean taken =
        switch (step.op()) {
          case Elementwise _, PiecewiseConstant _ -> true;
          case Add _, Sub _, Mul _, Neg _, Convert _, Select _, Broadcast _ -> true;
          case Multilinear _, Nonlinear _, HigherOrder _ -> false;
        };
    long bytes = 0;
    for (Source source : step.in()) {
      boolean large =
          source instanceof Source.Value(var operand) && operand instanceof Operand.Filled;
      bytes += large && !taken ? bytes(((Source.Value) source).operand().aval()) : 0;
    }
    return bytes;
  }

  private static long scratch(Step step, List<Aval> in) {
    return switch (step.op()) {
      case Contract op ->
          Contraction.scratchBytes(
              op, in.get(0), in.get(1), step.in().get(0).equals(step.in().get(1)));
      case Conv op -> Convolution.scratchBytes(op, in.get(0), in.get(1), step.avals().getFirst());
      case Elementwise _, Multilinear _, PiecewiseConstant _, Nonlinear _, HigherOrder _ -> 0;
    };
  }

  private static long nested(HigherOrder op, Step step, List<Aval> in) {
    Plan first = step.inner().getFirst();
    return switch (op) {
      case Call _, Checkpoint _, CustomJvp _, CustomVjp _ -> beside(first, in);
      case Cond _ ->
          step.inner().stream()
              .mapToLong(branch -> beside(branch, in.subList(1, in.size())))
              .max()
              .orElse(0);
      case While _ -> {
        long carry = bytes(in);
        long body = Math.max(beside(first, in), beside(step.inner().get(1), in));
        yield carry + Math.max(body, carry);
      }
      case Scan scan -> {
        int xs = scan.consts() + scan.carries();
        List<Aval> arguments = new ArrayList<>(in);
        for (int i = xs; i < in.size(); i++) {
          arguments.set(i, in.get(i).withShape(in.get(i).shape().remove(0)));
        }
        long carry = bytes(in.subList(scan.consts(), xs));
        yield bytes(step.avals()) + Math.max(carry, beside(first, arguments));
      }
    };
  }

  /// Results that are no step's, or are given twice, are copied.
  private void results() {
    Set<Source> own = new HashSet<>();
    for (int i = 0; i < plan.results().size(); i++) {
      Source source = plan.results().get(i);
      boolean step = source instanceof Source.Slot(int slot) && slot >= plan.inputs();
      if (!step || !own.add(source)) {
        live += bytes(plan.outputs().get(i));
      }
    }
    peak = Math.max(peak, live);
  }
}
