package org.ntk4j.core;

import java.util.List;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;

/// A key of counter-based random numbers: element `i` of what is drawn from it depends on the key
/// and on `i` alone, not on shapes, threads or what was drawn before.
///
/// Drawing twice from one key gives the same numbers twice; [#split] or [#fold] it first.
///
/// @param seed the 64 bits that select the stream
public record RandomKey(long seed) {

  // The upper half of Philox's counter: one value per purpose, so that no purpose repeats numbers
  // of another.
  private static final long DRAW = 0;
  private static final long FOLD = 1;
  private static final long SPLIT = 2;
  private static final long ANGLE = 3;

  /// The key of `seed`. Neighbouring seeds give unrelated streams.
  public static RandomKey of(long seed) {
    return new RandomKey(seed);
  }

  /// 64 random bits: words 0 (lower) and 1 (upper) of Philox4x32-10 with the key words `key mod
  /// 2^32`, `key div 2^32` and the counter words `counter mod 2^32`, `counter div 2^32`, 0, 0.
  public static long bits(long key, long counter) {
    return Philox.bits(key, counter, DRAW);
  }

  /// `n` keys that are unrelated to one another and to this one.
  ///
  /// @throws IllegalArgumentException if `n` is negative
  public List<RandomKey> split(int n) {
    if (n < 0) {
      throw new IllegalArgumentException("cannot split a random key into " + n + " keys");
    }
    return LongStream.range(0, n)
        .mapToObj(i -> new RandomKey(Philox.bits(seed, i, SPLIT)))
        .toList();
  }

  /// The key that belongs to this one and `data`, e.g. to the number of a layer.
  public RandomKey fold(long data) {
    return new RandomKey(Philox.bits(seed, data, FOLD));
  }

  /// Uniform numbers in `[0, 1)`: `⌊2^53 u⌋ / 2^53` for `f64`, `⌊2^24 u⌋ / 2^24` for `f32`, where
  /// `u = bits / 2^64`.
  ///
  /// @throws IllegalArgumentException if `dtype` is not floating
  public Tensor uniform(DType dtype, Shape shape) {
    return switch (dtype) {
      case F32 -> drawn(dtype, shape, i -> (bits(seed, i) >>> 40) * 0x1p-24);
      case F64 -> drawn(dtype, shape, i -> unit(bits(seed, i)));
      case I32, I64, BOOL -> throw notFloating(dtype);
    };
  }

  /// Normal numbers of mean 0 and variance 1, by Box and Muller: `√(-2 log(1 - u)) cos(2π v)` with
  /// two uniform numbers `u`, `v` of this key and `i`; computed in `f64`, equal on any machine.
  ///
  /// @throws IllegalArgumentException if `dtype` is not floating
  public Tensor normal(DType dtype, Shape shape) {
    if (!dtype.isFloating()) {
      throw notFloating(dtype);
    }
    return drawn(dtype, shape, this::normalAt);
  }

  private double normalAt(long i) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log1p(-unit(Philox.bits(seed, i, DRAW))));
    return radius * StrictMath.cos(2 * Math.PI * unit(Philox.bits(seed, i, ANGLE)));
  }

  private static double unit(long bits) {
    return (bits >>> 11) * 0x1p-53;
  }

  private static Tensor drawn(DType dtype, Shape shape, LongToDoubleFunction element) {
    Tensor tensor = Tensor.zeros(dtype, shape);
    for (long i = 0; i < shape.size(); i++) {
      tensor.setDouble(i, element.applyAsDouble(i));
    }
    return tensor;
  }

  private static IllegalArgumentException notFloating(DType dtype) {
    return new IllegalArgumentException(
        "random numbers of dtype " + dtype + " are not defined; expected a floating dtype");
  }
}
