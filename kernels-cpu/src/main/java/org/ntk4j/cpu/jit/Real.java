package org.ntk4j.cpu.jit;

import org.ntk4j.core.DType;
import org.ntk4j.cpu.jit.Instructions.Value;

/// Emits arithmetic on one floating-point dtype and on the bits of its values. Operations round as
/// IEEE 754 says: nothing is reassociated.
final class Real {
  private final Instructions code;
  private final DType dtype;
  private final String type;
  private final String bits;

  /// @param dtype `f32` or `f64`
  Real(Instructions code, DType dtype) {
    this.code = code;
    this.dtype = dtype;
    this.type = LlvmType.of(dtype);
    this.bits = isDouble() ? "i64" : "i32";
  }

  boolean isDouble() {
    return dtype == DType.F64;
  }

  /// `f32` or `f64`, as it is this arithmetic's.
  <T> T pick(T single, T doubled) {
    return isDouble() ? doubled : single;
  }

  /// Bits of the fraction.
  int fraction() {
    return isDouble() ? 52 : 23;
  }

  /// The exponent of 1.
  int bias() {
    return isDouble() ? 1023 : 127;
  }

  /// `1.5 · 2^fraction`: the last bits of `x + MAGIC` are the integer nearest to `x`.
  double magic() {
    return isDouble() ? 0x1.8p52 : 0x1.8p23;
  }

  /// The same function's arithmetic on `f64`.
  Real wide() {
    return new Real(code, DType.F64);
  }

  Value k(double c) {
    return new Value(type, LlvmType.constant(dtype, c));
  }

  Value add(Value x, Value y) {
    return code.emit(type, "fadd ", x.typed(), ", ", y.text());
  }

  Value sub(Value x, Value y) {
    return code.emit(type, "fsub ", x.typed(), ", ", y.text());
  }

  Value mul(Value x, Value y) {
    return code.emit(type, "fmul ", x.typed(), ", ", y.text());
  }

  Value div(Value x, Value y) {
    return code.emit(type, "fdiv ", x.typed(), ", ", y.text());
  }

  Value rem(Value x, Value y) {
    return code.emit(type, "frem ", x.typed(), ", ", y.text());
  }

  Value neg(Value x) {
    return code.emit(type, "fneg ", x.typed());
  }

  /// `x y + z`, rounded once.
  Value fma(Value x, Value y, Value z) {
    return intrinsic("fma", x, y, z);
  }

  Value fma(Value x, double y, Value z) {
    return fma(x, k(y), z);
  }

  Value abs(Value x) {
    return intrinsic("fabs", x);
  }

  Value sqrt(Value x) {
    return intrinsic("sqrt", x);
  }

  /// `|x|` with the sign of `y`.
  Value copySign(Value x, Value y) {
    return intrinsic("copysign", x, y);
  }

  /// An LLVM intrinsic whose arguments and result have this type.
  Value intrinsic(String name, Value... arguments) {
    StringBuilder list = new StringBuilder();
    for (Value argument : arguments) {
      list.append(list.isEmpty() ? "" : ", ").append(argument.typed());
    }
    String suffix = isDouble() ? "f64" : "f32";
    return code.emit(type, "call ", type, " @llvm.", name, ".", suffix, "(", list.toString(), ")");
  }

  /// A function of this module whose arguments and result have this type.
  Value call(String name, Value x, Value y) {
    return code.emit(type, "call ", type, " @", name, "(", x.typed(), ", ", y.typed(), ")");
  }

  /// `Σ c[i] x^i`, by Horner's rule.
  Value poly(Value x, double... c) {
    Value sum = k(c[c.length - 1]);
    for (int i = c.length - 2; i >= 0; i--) {
      sum = fma(sum, x, k(c[i]));
    }
    return sum;
  }

  /// `x < y`; false if one is NaN, as is every comparison here.
  Value lt(Value x, Value y) {
    return code.emit("i1", "fcmp olt ", x.typed(), ", ", y.text());
  }

  Value lt(Value x, double y) {
    return lt(x, k(y));
  }

  Value gt(Value x, double y) {
    return lt(k(y), x);
  }

  Value eq(Value x, Value y) {
    return code.emit("i1", "fcmp oeq ", x.typed(), ", ", y.text());
  }

  Value and(Value p, Value q) {
    return code.emit(p.type(), "and ", p.typed(), ", ", q.text());
  }

  Value or(Value p, Value q) {
    return code.emit(p.type(), "or ", p.typed(), ", ", q.text());
  }

  Value not(Value p) {
    return code.emit("i1", "xor ", p.typed(), ", true");
  }

  Value select(Value p, Value x, Value y) {
    return code.emit(x.type(), "select ", p.typed(), ", ", x.typed(), ", ", y.typed());
  }

  /// `x`, or the bound it is beyond; NaN stays.
  Value clamp(Value x, double min, double max) {
    Value low = select(lt(x, min), k(min), x);
    return select(gt(low, max), k(max), low);
  }

  /// `min(x, max)`; NaN stays.
  Value atMost(Value x, double max) {
    return select(gt(x, max), k(max), x);
  }

  // Bits.

  Value bits(Value x) {
    return code.emit(bits, "bitcast ", x.typed(), " to ", bits);
  }

  Value ofBits(Value b) {
    return code.emit(type, "bitcast ", b.typed(), " to ", type);
  }

  Value integer(long c) {
    return new Value(bits, Long.toString(isDouble() ? c : (int) c));
  }

  Value plus(Value a, Value b) {
    return code.emit(bits, "add ", a.typed(), ", ", b.text());
  }

  Value minus(Value a, Value b) {
    return code.emit(bits, "sub ", a.typed(), ", ", b.text());
  }

  Value left(Value a, int places) {
    return code.emit(bits, "shl ", a.typed(), ", ", Integer.toString(places));
  }

  /// Shifts in zeros.
  Value right(Value a, int places) {
    return code.emit(bits, "lshr ", a.typed(), ", ", Integer.toString(places));
  }

  Value mask(Value a, long mask) {
    return and(a, integer(mask));
  }

  /// The last 32 of 64 bits.
  Value truncated(Value a) {
    return code.emit("i32", "trunc ", a.typed(), " to i32");
  }

  Value xor(Value a, Value b) {
    return code.emit(bits, "xor ", a.typed(), ", ", b.text());
  }

  Value isZero(Value a) {
    return code.emit("i1", "icmp eq ", a.typed(), ", 0");
  }

  Value isNegative(Value a) {
    return code.emit("i1", "icmp slt ", a.typed(), ", 0");
  }

  /// `2^(n + extra)`, where `shifted = n + MAGIC` and the result is a normal number.
  Value powerOfTwo(Value shifted, int extra) {
    return ofBits(left(plus(bits(shifted), integer((long) bias() + extra)), fraction()));
  }

  /// From this dtype to `f64`.
  Value widen(Value x) {
    return isDouble() ? x : code.emit("double", "fpext ", x.typed(), " to double");
  }

  /// From `f64` to this dtype.
  Value narrow(Value x) {
    return isDouble() ? x : code.emit("float", "fptrunc ", x.typed(), " to float");
  }
}
