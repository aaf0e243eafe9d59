package org.ntk4j.cpu.jit;

import java.util.HexFormat;
import org.ntk4j.core.DType;

/// How dtypes and numbers are written in LLVM IR.
public final class LlvmType {
  private LlvmType() {}

  /// The type of an element in a register and in memory; `bool` is `i8` in both.
  public static String of(DType dtype) {
    return switch (dtype) {
      case F32 -> "float";
      case F64 -> "double";
      case I32 -> "i32";
      case I64 -> "i64";
      case BOOL -> "i8";
    };
  }

  /// A floating-point constant, exactly; rounded to `f32` if that is the dtype.
  public static String constant(DType dtype, double value) {
    return switch (dtype) {
      case F32 -> hex((float) value);
      case F64 -> hex(value);
      case I32, I64, BOOL ->
          throw new IllegalArgumentException(dtype + " has no floating-point constants");
    };
  }

  private static String hex(double value) {
    return "0x" + HexFormat.of().withUpperCase().toHexDigits(Double.doubleToRawLongBits(value));
  }
}
