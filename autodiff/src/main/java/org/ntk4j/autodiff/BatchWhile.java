package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Extremum;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.While;

/// [Batch] of a loop.
///
/// If the examples may end at different times, the loop runs until all have ended, and an example
/// that has ended keeps its carry.
final class BatchWhile {
  private final BatchLanes lanes;
  private final List<BatchLane> in;

  BatchWhile(BatchLanes lanes, List<BatchLane> in) {
    this.lanes = lanes;
    this.in = in;
  }

  List<BatchLane> apply(While loop) {
    List<Boolean> carry = closure(loop, in.stream().map(BatchLane::batched).toList());
    boolean apart = mapped(loop.condition(), carry).outBatched().getFirst();
    if (apart) {
      carry = closure(loop, BatchHigherOrder.or(carry, changed(loop)));
    }
    Program condition =
        apart ? anyContinues(loop, carry) : mapped(loop.condition(), carry).program();
    Program body =
        apart
            ? whereContinues(loop, carry)
            : Batch.forced(loop.body(), lanes.size(), carry, carry).program();
    List<Atom> operands = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      operands.add(carry.get(i) ? lanes.repeat(in.get(i)) : in.get(i).atom());
    }
    List<? extends Atom> out = lanes.b().emitAll(new While(condition, body), operands);
    List<Boolean> batched = carry;
    return IntStream.range(0, out.size())
        .mapToObj(i -> new BatchLane(out.get(i), batched.get(i)))
        .toList();
  }

  private Batched mapped(Program p, List<Boolean> carry) {
    return Batch.of(p, lanes.size(), carry);
  }

  /// The carries that are batched after any number of iterations.
  private List<Boolean> closure(While loop, List<Boolean> first) {
    List<Boolean> carry = first;
    for (boolean more = true; more; ) {
      List<Boolean> next = BatchHigherOrder.or(carry, mapped(loop.body(), carry).outBatched());
      more = !next.equals(carry);
      carry = next;
    }
    return carry;
  }

  /// The carries that an iteration does not just hand on.
  private static List<Boolean> changed(While loop) {
    Program body = loop.body();
    return IntStream.range(0, body.outputs().size())
        .mapToObj(i -> body.outputs().get(i) != body.inputs().get(i))
        .toList();
  }

  private List<Var> inputs(While loop, List<Boolean> carry) {
    return IntStream.range(0, carry.size())
        .mapToObj(i -> new Var(lanes.aval(loop.body().inputs().get(i).aval(), carry.get(i))))
        .toList();
  }

  private static List<BatchLane> arguments(List<Var> inputs, List<Boolean> carry) {
    return IntStream.range(0, carry.size())
        .mapToObj(i -> new BatchLane(inputs.get(i), carry.get(i)))
        .toList();
  }

  private Program anyContinues(While loop, List<Boolean> carry) {
    Builder b = new Builder();
    BatchLanes inner = new BatchLanes(b, lanes.size());
    List<Var> inputs = inputs(loop, carry);
    BatchLane condition =
        Batch.inline(loop.condition(), inner, arguments(inputs, carry)).getFirst();
    Atom count = b.emit(new Cast(DType.I32), inner.repeat(condition));
    Atom any = b.emit(new ReduceExtremum(Extremum.MAX, List.of(0)), count);
    Atom more = b.emit(new Compare(Comparison.GT), any, Literal.of(0, any.aval()));
    return b.build(inputs, List.of(more));
  }

  private Program whereContinues(While loop, List<Boolean> carry) {
    Builder b = new Builder();
    BatchLanes inner = new BatchLanes(b, lanes.size());
    List<Var> inputs = inputs(loop, carry);
    List<BatchLane> old = arguments(inputs, carry);
    Atom more = inner.repeat(Batch.inline(loop.condition(), inner, old).getFirst());
    List<BatchLane> next = Batch.inline(loop.body(), inner, old);
    List<Atom> outputs = new ArrayList<>();
    for (int i = 0; i < next.size(); i++) {
      outputs.add(
          carry.get(i)
              ? BatchHigherOrder.select(inner, more, next.get(i), old.get(i))
              : inputs.get(i));
    }
    return b.build(inputs, outputs);
  }
}
