package org.ntk4j.ir.eval;

import java.util.Arrays;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;

/// The value of an operand: a tensor, or a literal that is not worth storing.
sealed interface Operand {
  Aval aval();

  /// `to[i] = x[from + i]` for `i < n`; floating point.
  void load(long from, double[] to, int n);

  /// `to[i] = x[from + i]` for `i < n`; integer or boolean.
  void load(long from, long[] to, int n);

  default DType dtype() {
    return aval().dtype();
  }

  /// In memory.
  record Stored(Tensor tensor) implements Operand {
    @Override
    public Aval aval() {
      return new Aval(tensor.dtype(), tensor.shape());
    }

    @Override
    public DType dtype() {
      return tensor.dtype();
    }

    @Override
    public void load(long from, double[] to, int n) {
      Blocks.load(tensor, from, to, n);
    }

    @Override
    public void load(long from, long[] to, int n) {
      Blocks.load(tensor, from, to, n);
    }
  }

  /// The same value everywhere.
  record Filled(Literal literal) implements Operand {
    @Override
    public Aval aval() {
      return literal.aval();
    }

    @Override
    public void load(long from, double[] to, int n) {
      Arrays.fill(to, 0, n, literal.value());
    }

    @Override
    public void load(long from, long[] to, int n) {
      Arrays.fill(to, 0, n, literal.bits());
    }
  }
}
