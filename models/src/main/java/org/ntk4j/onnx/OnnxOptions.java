package org.ntk4j.onnx;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.ntk4j.core.DType;

/// How a model is imported. Default: as the file says.
///
/// @param floats dtype that all floating-point values take in place of their own
/// @param convertHalf whether `float16` and `bfloat16` are converted, to `f32` or `floats`
/// @param parameters initializers that are parameters whatever the rules say, if any
/// @param frozen initializers that are no parameters whatever the rules say
/// @param seed of operators that draw random numbers and have no seed of their own; without one
///   they are not supported
public record OnnxOptions(
    Optional<DType> floats,
    boolean convertHalf,
    Optional<Predicate<String>> parameters,
    Predicate<String> frozen,
    OptionalLong seed) {

  /// As the file says.
  public static final OnnxOptions DEFAULT =
      new OnnxOptions(Optional.empty(), false, Optional.empty(), _ -> false, OptionalLong.empty());

  public OnnxOptions {
    if (floats.isPresent() && !floats.get().isFloating()) {
      throw new IllegalArgumentException(
          "floats: " + floats.get() + " is no floating-point dtype; expected f32 or f64");
    }
  }

  /// With all floating-point values converted to `dtype`.
  public OnnxOptions floats(DType dtype) {
    return new OnnxOptions(Optional.of(dtype), convertHalf, parameters, frozen, seed);
  }

  /// With `float16` and `bfloat16` converted.
  public OnnxOptions convertHalf(boolean convert) {
    return new OnnxOptions(floats, convert, parameters, frozen, seed);
  }

  /// With exactly the floating-point initializers that `chosen` holds for as parameters.
  public OnnxOptions parameters(Predicate<String> chosen) {
    return new OnnxOptions(floats, convertHalf, Optional.of(chosen), frozen, seed);
  }

  /// Without the parameters that `constant` holds for.
  public OnnxOptions frozen(Predicate<String> constant) {
    return new OnnxOptions(floats, convertHalf, parameters, constant, seed);
  }

  /// With this seed for operators that draw random numbers and have none of their own.
  ///
  /// Each of them draws other numbers; the same ones whenever the model is imported with this seed.
  public OnnxOptions seed(long number) {
    return new OnnxOptions(floats, convertHalf, parameters, frozen, OptionalLong.of(number));
  }
}
