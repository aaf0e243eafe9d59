package org.ntk4j.ir.trace;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.op.RandomBits;

/// Random numbers in the recorded program: functions of a key, an `i64[]` value, and of nothing
/// else.
///
/// The same key gives the same numbers: use a key once, and [#split] it for more.
public final class Sample {
  private static final double TWO_TO_MINUS_24 = 0x1p-24;
  private static final double TWO_TO_MINUS_53 = 0x1p-53;

  private Sample() {}

  /// Uniform random bits of an integer dtype.
  public static Value bits(Value key, DType dtype, Shape shape) {
    return Value.emit(new RandomBits(shape, dtype), key);
  }

  /// `count` keys that are independent of each other.
  public static List<Value> split(Value key, int count) {
    Value keys = bits(key, DType.I64, Shape.of(count));
    List<Value> result = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      result.add(keys.get(0, i));
    }
    return List.copyOf(result);
  }

  /// Uniform numbers in `[0, 1)`, multiples of 2⁻²⁴ (`f32`) or 2⁻⁵³ (`f64`).
  public static Value uniform(Value key, DType dtype, Shape shape) {
    return counts(key, dtype, shape).mul(step(dtype));
  }

  /// Numbers of the standard normal distribution.
  public static Value normal(Value key, DType dtype, Shape shape) {
    Shape pairs = Shape.of(2).concat(shape);
    Value counts = counts(key, dtype, pairs);
    // Box and Muller; adding 1 keeps the logarithm finite.
    Value radius = counts.get(0, 0).add(1).mul(step(dtype)).log().mul(-2).sqrt();
    Value angle = counts.get(0, 1).mul(step(dtype) * 2 * Math.PI);
    return radius.mul(angle.cos());
  }

  /// `true` with this probability.
  public static Value bernoulli(Value key, double probability, Shape shape) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "bernoulli: the probability " + probability + " is not in [0, 1]");
    }
    return uniform(key, DType.F64, shape).lt(probability);
  }

  private static double step(DType dtype) {
    return dtype == DType.F32 ? TWO_TO_MINUS_24 : TWO_TO_MINUS_53;
  }

  /// Uniform whole numbers below `1 / step(dtype)`.
  private static Value counts(Value key, DType dtype, Shape shape) {
    if (!dtype.isFloating()) {
      throw new IllegalArgumentException(
          "random numbers: " + dtype + " is not a floating-point dtype");
    }
    DType integer = dtype == DType.F32 ? DType.I32 : DType.I64;
    long mask = dtype == DType.F32 ? (1L << 24) - 1 : (1L << 53) - 1;
    Value bits = bits(key, integer, shape);
    Value lowest = bits.stack().value(new Literal(new Aval(integer, shape), mask));
    return bits.and(lowest).cast(dtype);
  }
}
