package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// One run of a loop nest.
final class NestInterpreter {
  private final LoopNest nest;
  private final List<Tensor> slots;

  /// Programs of one operation on scalars, by operation and dtypes.
  private final Map<List<Object>, Program> scalars;

  private final long[] i;
  private final Map<Expr, Tensor> known = new IdentityHashMap<>();

  NestInterpreter(LoopNest nest, List<Tensor> slots, Map<List<Object>, Program> scalars) {
    this.nest = nest;
    this.slots = slots;
    this.scalars = scalars;
    this.i = new long[nest.rank()];
  }

  void run() {
    loop(0);
  }

  /// Row `row` of those that the first `rowLoops` loops count.
  void run(long row, int rowLoops) {
    long rest = row;
    for (int d = rowLoops - 1; d >= 0; d--) {
      i[d] = rest % nest.extents().get(d);
      rest /= nest.extents().get(d);
    }
    loop(rowLoops);
  }

  /// The iteration of the element with these indices, which is in slot 0.
  void run(Epilogue epilogue, List<Long> at) {
    for (int d = 0; d < i.length; d++) {
      Epilogue.Part part = epilogue.loops().get(d);
      long extent = nest.extents().get(d);
      i[d] = extent == 1 ? 0 : at.get(part.axis()) / part.divisor() % extent;
    }
    loop(i.length);
  }

  private void loop(int d) {
    if (d == i.length) {
      known.clear();
      nest.stores().forEach(this::store);
      return;
    }
    for (i[d] = 0; i[d] < nest.extents().get(d); i[d]++) {
      loop(d + 1);
    }
  }

  private void store(Store s) {
    if (!s.bounds().stream().allMatch(this::holds)) {
      return;
    }
    Tensor to = slots.get(s.slot());
    long at = value(s.at());
    Tensor old = Tensor.zeros(to.dtype(), Shape.SCALAR);
    FlatTensors.copy(to, at, old, 0, 1);
    Tensor x = value(s.value());
    Tensor combined =
        switch (s.combine()) {
          case SET -> x;
          case ADD -> apply(new Add(), List.of(old, x));
          case MUL -> apply(new Mul(), List.of(old, x));
          case MAX -> apply(new Binary(BinaryFn.MAX), List.of(old, x));
          case MIN -> apply(new Binary(BinaryFn.MIN), List.of(old, x));
        };
    if (s.combine() == Combine.SET && to.dtype() != x.dtype()) {
      throw new IllegalStateException(x.dtype() + " stored to " + to.dtype());
    }
    FlatTensors.copy(combined, 0, to, at, 1);
  }

  private boolean holds(Expr.Bound b) {
    long value = value(b.value());
    return b.from() <= value && value < b.to() && (value - b.from()) % b.step() == 0;
  }

  private long value(Index index) {
    long value = index.offset();
    for (int d = 0; d < i.length; d++) {
      value += index.coefficient(d) * i[d];
    }
    for (Index.Scaled s : index.dynamic()) {
      value += s.coefficient() * value(s.value()).getLong(0);
    }
    return value;
  }

  private Tensor value(Expr e) {
    Tensor done = known.get(e);
    if (done == null) {
      done = compute(e);
      known.put(e, done);
    }
    return done;
  }

  private Tensor compute(Expr e) {
    Tensor z = Tensor.zeros(e.dtype(), Shape.SCALAR);
    switch (e) {
      case Expr.Load(int slot, _, var at) ->
          FlatTensors.copy(slots.get(slot), slots.get(slot).rank() == 0 ? 0 : value(at), z, 0, 1);
      case Expr.Constant(var dtype, long bits) -> FlatTensors.fill(z, dtype, bits);
      case Expr.Position(_, var at) -> z.setDouble(0, value(at));
      case Expr.Quotient(var at, long divisor, long modulus) -> {
        long quotient = Math.floorDiv(value(at), divisor);
        z.setLong(0, modulus == 0 ? quotient : Math.floorMod(quotient, modulus));
      }
      case Expr.Apply(var op, _, var operands) -> {
        List<Tensor> in = operands.stream().map(this::value).toList();
        return op instanceof RandomBits random ? bits(random, in) : apply(op, in);
      }
      case Expr.Guarded(var bounds, var inside, var outside) -> {
        return value(bounds.stream().allMatch(this::holds) ? inside : outside);
      }
    }
    return z;
  }

  private static Tensor bits(RandomBits op, List<Tensor> in) {
    long bits = RandomKey.bits(in.get(0).getLong(0), in.get(1).getLong(0));
    Tensor z = Tensor.zeros(op.to(), Shape.SCALAR);
    z.setLong(0, op.to() == DType.I32 ? bits >> 32 : bits);
    return z;
  }

  private Tensor apply(Primitive op, List<Tensor> in) {
    List<Object> key = new ArrayList<>(List.of(op));
    in.forEach(x -> key.add(x.dtype()));
    Program p = scalars.computeIfAbsent(key, _ -> scalar(op, in));
    return Evaluator.run(p, in).getFirst();
  }

  private static Program scalar(Primitive op, List<Tensor> in) {
    List<Aval> avals = in.stream().map(x -> Aval.of(x.dtype())).toList();
    List<Var> inputs = avals.stream().map(Var::new).toList();
    List<Var> outputs = op.resultAvals(avals).stream().map(Var::new).toList();
    return new Program(
        inputs, List.of(new Equation(op, List.copyOf(inputs), outputs)), List.copyOf(outputs));
  }
}
