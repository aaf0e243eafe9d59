package org.ntk4j.cpu.jit;

import org.ntk4j.core.DType;
import org.ntk4j.cpu.jit.MathText.Definition;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.StepFn;
import org.ntk4j.ir.op.UnaryFn;

/// Functions of integers as LLVM IR. Results are modulo 2^32 or 2^64; what division by zero gives
/// is defined.
final class IntegerText {
  private IntegerText() {}

  static Definition define(UnaryFn fn, DType dtype) {
    if (fn != UnaryFn.ABS) {
      throw new IllegalStateException("bug: " + fn.mnemonic() + " of " + dtype);
    }
    return function(
        fn.mnemonic(),
        dtype,
        "T %x",
        """
          %z = call T @llvm.abs.T(T %x, i1 false)
          ret T %z
        """);
  }

  static Definition define(StepFn fn, DType dtype) {
    if (fn != StepFn.SIGN) {
      throw new IllegalStateException("bug: " + fn.mnemonic() + " of " + dtype);
    }
    return function(
        fn.mnemonic(),
        dtype,
        "T %x",
        """
          %low = call T @llvm.smax.T(T %x, T -1)
          %z = call T @llvm.smin.T(T %low, T 1)
          ret T %z
        """);
  }

  static Definition define(BinaryFn fn, DType dtype) {
    String body =
        switch (fn) {
          case DIV -> DIVISION.formatted("sdiv", "-1", "%n");
          case REM -> DIVISION.formatted("srem", "%x", "0");
          case POW -> POWER;
          case MAX -> EXTREMUM.formatted("smax");
          case MIN -> EXTREMUM.formatted("smin");
          case ATAN2 -> throw new IllegalStateException("bug: atan2 of " + dtype);
        };
    return function(fn.mnemonic(), dtype, "T %x, T %y", body);
  }

  static Definition power(String name, int exponent, DType dtype) {
    return function(name, dtype, "T %x", POWER.replace("%y", Integer.toString(exponent)));
  }

  private static final String EXTREMUM =
      """
        %%z = call T @llvm.%s.T(T %%x, T %%y)
        ret T %%z
      """;

  /// Neither by 0 nor, lest the quotient be too large, by -1.
  private static final String DIVISION =
      """
        %%zero = icmp eq T %%y, 0
        %%minus = icmp eq T %%y, -1
        %%n = sub T 0, %%x
        %%special = or i1 %%zero, %%minus
        %%d = select i1 %%special, T 1, T %%y
        %%q = %s T %%x, %%d
        %%byzero = select i1 %%zero, T %s, T %%q
        %%z = select i1 %%minus, T %s, T %%byzero
        ret T %%z
      """;

  /// By squarings; for a negative exponent the integer part of the inverse, -1 if `x` is 0.
  private static final String POWER =
      """
      start:
        %negative = icmp slt T %y, 0
        br i1 %negative, label %inverse, label %test
      test:
        %rest = phi T [ %y, %start ], [ %half, %step ]
        %square = phi T [ %x, %start ], [ %next, %step ]
        %result = phi T [ 1, %start ], [ %product, %step ]
        %more = icmp ne T %rest, 0
        br i1 %more, label %step, label %done
      step:
        %last = trunc T %rest to i1
        %factor = select i1 %last, T %square, T 1
        %product = mul T %result, %factor
        %next = mul T %square, %square
        %half = lshr T %rest, 1
        br label %test
      done:
        ret T %result
      inverse:
        %odd = trunc T %y to i1
        %sign = select i1 %odd, T -1, T 1
        %isminus = icmp eq T %x, -1
        %iszero = icmp eq T %x, 0
        %isone = icmp eq T %x, 1
        %a = select i1 %isone, T 1, T 0
        %b = select i1 %isminus, T %sign, T %a
        %c = select i1 %iszero, T -1, T %b
        ret T %c
      """;

  /// @param body with `T` for the type
  private static Definition function(String function, DType dtype, String parameters, String body) {
    String type = LlvmType.of(dtype);
    String name = "ntk4j." + function + "." + dtype;
    String text =
        "define internal T @NAME(" + parameters + ") alwaysinline nounwind {\n" + body + "}\n";
    return new Definition(name, type, text.replaceAll("\\bT\\b", type).replace("NAME", name));
  }
}
