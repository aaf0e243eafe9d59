package org.ntk4j.ir.eval;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.While;

/// Runs the programs inside one equation.
final class ControlFlow {
  private final Interpreter interpreter;
  private final Memory temporaries;
  private final List<Plan> inner;
  private final List<Memory> targets;

  /// @param inner plans of the equation's programs
  /// @param targets where its results go
  ControlFlow(Interpreter interpreter, List<Plan> inner, List<Memory> targets) {
    this.interpreter = interpreter;
    this.temporaries = interpreter.temporaries();
    this.inner = inner;
    this.targets = targets;
  }

  List<Tensor> apply(HigherOrder op, List<Tensor> x) {
    return switch (op) {
      case Call _, Checkpoint _, CustomJvp _, CustomVjp _ ->
          interpreter.run(inner.getFirst(), x, targets);
      case Cond _ -> {
        long index = Math.clamp(x.getFirst().getLong(0), 0, inner.size() - 1);
        yield interpreter.run(inner.get((int) index), x.subList(1, x.size()), targets);
      }
      case While _ -> loop(x);
      case Scan scan -> scan(scan, x);
    };
  }

  private List<Tensor> loop(List<Tensor> start) {
    List<Tensor> carry = copies(start, temporaries);
    while (holds(carry)) {
      List<Tensor> next = interpreter.run(inner.get(1), carry, temporaries);
      carry.forEach(temporaries::release);
      carry = next;
    }
    return moved(carry);
  }

  private boolean holds(List<Tensor> carry) {
    Tensor condition = interpreter.run(inner.getFirst(), carry, temporaries).getFirst();
    boolean holds = condition.getLong(0) != 0;
    temporaries.release(condition);
    return holds;
  }

  private List<Tensor> scan(Scan op, List<Tensor> x) {
    Plan body = inner.getFirst();
    int xs = op.consts() + op.carries();
    List<Tensor> carry = copies(x.subList(op.consts(), xs), temporaries);
    List<Tensor> stacked = new ArrayList<>();
    List<Aval> outputs = body.outputs();
    for (int i = op.carries(); i < outputs.size(); i++) {
      Aval y = outputs.get(i);
      stacked.add(targets.get(i).allocate(y.dtype(), y.shape().insert(0, op.length())));
    }
    for (long k = 0; k < op.length(); k++) {
      long t = op.reverse() ? op.length() - 1 - k : k;
      List<Tensor> arguments = new ArrayList<>(x.subList(0, op.consts()));
      arguments.addAll(carry);
      x.subList(xs, x.size()).forEach(all -> arguments.add(row(all, t)));
      List<Tensor> results = interpreter.run(body, arguments, temporaries);
      carry.forEach(temporaries::release);
      carry = results.subList(0, op.carries());
      for (int i = 0; i < stacked.size(); i++) {
        Tensor y = results.get(op.carries() + i);
        Copies.copy(y, row(stacked.get(i), t));
        temporaries.release(y);
      }
    }
    List<Tensor> all = moved(carry);
    all.addAll(stacked);
    return all;
  }

  /// `x[t]`, sharing memory.
  private static Tensor row(Tensor x, long t) {
    Shape rest = x.shape().remove(0);
    return x.slice(t, t + 1).reshape(rest);
  }

  private static List<Tensor> copies(List<Tensor> tensors, Memory memory) {
    List<Tensor> copies = new ArrayList<>(tensors.size());
    for (Tensor t : tensors) {
      copies.add(Interpreter.copy(new Operand.Stored(t), memory));
    }
    return copies;
  }

  /// The temporary tensors `carry` as the first results.
  private List<Tensor> moved(List<Tensor> carry) {
    List<Tensor> results = new ArrayList<>(carry.size());
    for (int i = 0; i < carry.size(); i++) {
      Tensor t = carry.get(i);
      if (targets.get(i) == temporaries) {
        results.add(t);
      } else {
        results.add(Interpreter.copy(new Operand.Stored(t), targets.get(i)));
        temporaries.release(t);
      }
    }
    return results;
  }
}
