package org.ntk4j.ir.op;

import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;

/// A tensor given in full, which must not change any more. No operands.
///
/// Constraints: C1 no operands.
public record Constant(Tensor value) implements PiecewiseConstant {
  /// A hash of some elements is enough to tell programs apart, and cheap for large constants.
  private static final long HASHED_ELEMENTS = 1024;

  @Override
  public String mnemonic() {
    return "constant";
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    check.count(1, 0);
    return List.of(new Aval(value.dtype(), value.shape()));
  }

  /// Whether dtype, shape and elements are equal, where NaN equals NaN and 0.0 differs from -0.0. A
  /// tensor that was released equals only itself.
  @Override
  public boolean equals(Object other) {
    return other instanceof Constant(Tensor that)
        && (value == that
            || (!value.isReleased()
                && !that.isReleased()
                && value.dtype() == that.dtype()
                && value.shape().equals(that.shape())
                && LongStream.range(0, value.size())
                    .allMatch(i -> bits(value, i) == bits(that, i))));
  }

  @Override
  public int hashCode() {
    long step = Math.max(1, value.size() / HASHED_ELEMENTS);
    int hash = Objects.hash(value.dtype(), value.shape());
    for (long i = 0; i < value.size(); i += step) {
      hash = 31 * hash + Long.hashCode(bits(value, i));
    }
    return hash;
  }

  private static long bits(Tensor x, long i) {
    return x.dtype().isFloating() ? Double.doubleToLongBits(x.getDouble(i)) : x.getLong(i);
  }
}
