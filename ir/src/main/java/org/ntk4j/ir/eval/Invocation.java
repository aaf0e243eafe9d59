package org.ntk4j.ir.eval;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

/// One equation being evaluated: the values of its operands, and the tensors for its results, whose
/// content is undefined before.
final class Invocation {
  private final List<Operand> operands;
  private final List<Tensor> results;
  private final Memory memory;
  private final List<Tensor> temporaries = new ArrayList<>(0);

  Invocation(List<Operand> operands, List<Tensor> results, Memory memory) {
    this.operands = operands;
    this.results = results;
    this.memory = memory;
  }

  int operandCount() {
    return operands.size();
  }

  Operand operand(int i) {
    return operands.get(i);
  }

  /// Operand `i` in memory.
  Tensor tensor(int i) {
    return switch (operands.get(i)) {
      case Operand.Stored(var tensor) -> tensor;
      case Operand.Filled(var literal) -> {
        Tensor filled = temporary(literal.aval().dtype(), literal.aval().shape());
        Blocks.fill(filled, literal.bits());
        yield filled;
      }
    };
  }

  /// All operands from `first` on in memory.
  List<Tensor> tensors(int first) {
    List<Tensor> tensors = new ArrayList<>(operands.size() - first);
    for (int i = first; i < operands.size(); i++) {
      tensors.add(tensor(i));
    }
    return tensors;
  }

  /// Whether operands 0 and 1 are one value.
  boolean sameOperands() {
    return operands.get(0) instanceof Operand.Stored(var x)
        && operands.get(1) instanceof Operand.Stored(var y)
        && x == y;
  }

  Tensor result(int i) {
    return results.get(i);
  }

  /// The only result.
  Tensor result() {
    return results.getFirst();
  }

  List<Tensor> results() {
    return results;
  }

  /// A tensor with undefined content that lives until [#finish].
  Tensor temporary(DType dtype, Shape shape) {
    Tensor t = memory.allocate(dtype, shape);
    temporaries.add(t);
    return t;
  }

  /// Gives the temporary tensors back.
  void finish() {
    temporaries.forEach(memory::release);
    temporaries.clear();
  }
}
