package org.ntk4j.nests;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Apply;
import org.ntk4j.ir.schedule.Expr.Bound;
import org.ntk4j.ir.schedule.Expr.Constant;
import org.ntk4j.ir.schedule.Expr.Guarded;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.Expr.Position;
import org.ntk4j.ir.schedule.Expr.Quotient;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// What a loop nest means, one iteration after the other. Primitives are the reference evaluator's.
public final class NestInterpreter {
  private record Signature(Primitive op, List<DType> dtypes) {}

  private static final Map<Signature, Program> PROGRAMS = new ConcurrentHashMap<>();

  private final LoopNest nest;
  private final List<Tensor> slots;
  private final long[] position;
  private IdentityHashMap<Expr, Tensor> known = new IdentityHashMap<>();

  private NestInterpreter(LoopNest nest, List<Tensor> slots) {
    this.nest = nest;
    this.slots = slots;
    this.position = new long[nest.rank()];
  }

  /// Runs `nest` on buffers.
  public static void run(LoopNest nest, List<Tensor> slots) {
    if (nest.iterations() > 0) {
      new NestInterpreter(nest, slots).loop(0);
    }
  }

  private void loop(int d) {
    if (d == nest.rank()) {
      known = new IdentityHashMap<>();
      nest.stores().forEach(this::store);
      return;
    }
    for (long i = 0; i < nest.extents().get(d); i++) {
      position[d] = i;
      loop(d + 1);
    }
  }

  private void store(Store store) {
    if (!holds(store.bounds())) {
      return;
    }
    Tensor buffer = slots.get(store.slot());
    long at = value(store.at());
    Tensor x = value(store.value());
    if (buffer.dtype().isFloating()) {
      buffer.setDouble(at, combine(store.combine(), buffer.getDouble(at), x.getDouble(0)));
    } else {
      boolean bool = buffer.dtype() == DType.BOOL;
      buffer.setLong(at, combine(store.combine(), buffer.getLong(at), x.getLong(0), bool));
    }
  }

  private static double combine(LoopNest.Combine how, double x, double y) {
    return switch (how) {
      case SET -> y;
      case ADD -> x + y;
      case MUL -> x * y;
      case MAX -> Math.max(x, y);
      case MIN -> Math.min(x, y);
    };
  }

  private static long combine(LoopNest.Combine how, long x, long y, boolean bool) {
    return switch (how) {
      case SET -> y;
      case ADD -> bool ? x | y : x + y;
      case MUL -> x * y;
      case MAX -> Math.max(x, y);
      case MIN -> Math.min(x, y);
    };
  }

  private boolean holds(List<Bound> bounds) {
    for (Bound bound : bounds) {
      long value = value(bound.value());
      if (value < bound.from()
          || value >= bound.to()
          || (value - bound.from()) % bound.step() != 0) {
        return false;
      }
    }
    return true;
  }

  private long value(Index index) {
    long sum = index.offset();
    for (int d = 0; d < index.rank(); d++) {
      sum += index.coefficient(d) * position[d];
    }
    for (Index.Scaled scaled : index.dynamic()) {
      sum += scaled.coefficient() * value(scaled.value()).getLong(0);
    }
    return sum;
  }

  private Tensor value(Expr e) {
    Tensor before = known.get(e);
    if (before != null) {
      return before;
    }
    Tensor result =
        switch (e) {
          case Load(int slot, var dtype, var at) -> element(dtype, slots.get(slot), value(at));
          case Constant(var dtype, long bits) ->
              dtype.isFloating()
                  ? floating(dtype, Double.longBitsToDouble(bits))
                  : number(dtype, bits);
          case Position(var dtype, var at) -> number(dtype, value(at));
          case Quotient(var at, long divisor, long modulus) -> {
            long quotient = value(at) / divisor;
            yield number(DType.I64, modulus == 0 ? quotient : quotient % modulus);
          }
          case Apply apply -> apply(apply);
          case Guarded(var bounds, var inside, var outside) ->
              value(holds(bounds) ? inside : outside);
        };
    known.put(e, result);
    return result;
  }

  private Tensor apply(Apply e) {
    List<Tensor> operands = e.operands().stream().map(this::value).toList();
    if (e.op() instanceof RandomBits) {
      long bits = RandomKey.bits(operands.get(0).getLong(0), operands.get(1).getLong(0));
      return number(e.dtype(), e.dtype() == DType.I32 ? bits >> 32 : bits);
    }
    return evaluate(e.op(), operands);
  }

  /// `op` of scalars, as the reference evaluator has it.
  private Tensor evaluate(Primitive op, List<Tensor> operands) {
    List<DType> dtypes = operands.stream().map(Tensor::dtype).toList();
    Program program =
        PROGRAMS.computeIfAbsent(
            new Signature(op, dtypes),
            s -> {
              Builder b = new Builder();
              List<Var> inputs = s.dtypes.stream().map(d -> new Var(Aval.of(d))).toList();
              return b.build(inputs, b.emitAll(s.op, inputs));
            });
    return Evaluator.run(program, operands).getFirst();
  }

  private static Tensor element(DType dtype, Tensor buffer, long at) {
    return dtype.isFloating()
        ? floating(dtype, buffer.getDouble(at))
        : number(dtype, buffer.getLong(at));
  }

  private static Tensor floating(DType dtype, double value) {
    return Tensor.fill(dtype, Shape.of(), value);
  }

  private static Tensor number(DType dtype, long value) {
    Tensor result = Tensor.zeros(dtype, Shape.of());
    if (dtype == DType.F32) {
      result.setDouble(0, (float) value);
    } else if (dtype == DType.F64) {
      result.setDouble(0, value);
    } else {
      result.setLong(0, value);
    }
    return result;
  }
}
