package org.ntk4j.cpu.loop;

import org.ntk4j.core.DType;
import org.ntk4j.cpu.jit.LlvmType;

/// LLVM types and constants of dtypes.
final class Types {
  private Types() {}

  /// The type of a scalar in a register.
  static String register(DType dtype) {
    return dtype == DType.BOOL ? "i1" : LlvmType.of(dtype);
  }

  /// The type of an element in memory.
  static String memory(DType dtype) {
    return LlvmType.of(dtype);
  }

  /// Suffix of overloaded intrinsics.
  static String suffix(DType dtype) {
    return switch (dtype) {
      case F32 -> "f32";
      case F64 -> "f64";
      case I32 -> "i32";
      case I64 -> "i64";
      case BOOL -> "i1";
    };
  }

  /// A constant given by the bits of a literal.
  static String constant(DType dtype, long bits) {
    return switch (dtype) {
      case F32 -> number((float) Double.longBitsToDouble(bits));
      case F64 -> number(Double.longBitsToDouble(bits));
      case I32 -> Integer.toString((int) bits);
      case I64 -> Long.toString(bits);
      case BOOL -> bits != 0 ? "true" : "false";
    };
  }

  /// A floating-point constant; of a `float` it has the bits of the equal `double`.
  static String number(double value) {
    return LlvmType.constant(DType.F64, value);
  }

  /// The number `value` of a numeric dtype.
  static String small(DType dtype, long value) {
    return dtype.isFloating() ? number(value) : Long.toString(value);
  }
}
