package org.ntk4j.cpu.loop;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.jit.MathText;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.nest.ScalarText;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.FloatClass;
import org.ntk4j.ir.op.IntegerPow;
import org.ntk4j.ir.op.LogicFn;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StepFn;
import org.ntk4j.ir.op.Unary;

/// Scalar functions as instructions, with the reference evaluator's meaning.
final class Scalars implements ScalarText {
  private static final Map<Signature, MathText.Definition> DEFINITIONS = new ConcurrentHashMap<>();

  private final FunctionText code;
  private final Functions functions;

  private record Signature(Primitive op, DType dtype) {}

  Scalars(FunctionText code, Functions functions) {
    this.code = code;
    this.functions = functions;
  }

  @Override
  public String add(DType dtype, String x, String y) {
    return arithmetic("add", dtype, x, y);
  }

  @Override
  public String sub(DType dtype, String x, String y) {
    return arithmetic("sub", dtype, x, y);
  }

  @Override
  public String mul(DType dtype, String x, String y) {
    return arithmetic("mul", dtype, x, y);
  }

  /// `x op y` where the flags allow a multiplication and an addition to become one instruction.
  String arithmetic(String op, DType dtype, String x, String y) {
    String name = dtype.isFloating() ? "f" + op + " contract" : op;
    return binary(name, dtype, x, y);
  }

  @Override
  public String neg(DType dtype, String x) {
    return dtype.isFloating()
        ? code.define("fneg " + Types.register(dtype) + " " + x)
        : binary("sub", dtype, "0", x);
  }

  @Override
  public String elementwise(Elementwise op, DType dtype, List<String> x) {
    return call(
        op,
        dtype,
        x,
        () ->
            switch (op) {
              case Unary(var fn) -> MathText.define(fn, dtype);
              case Binary(var fn) -> MathText.define(fn, dtype);
              case IntegerPow(int exponent) -> MathText.integerPow(exponent, dtype);
            });
  }

  @Override
  public String step(StepFn fn, DType dtype, String x) {
    return call(new Step(fn), dtype, List.of(x), () -> MathText.define(fn, dtype));
  }

  /// Calls the function that `op` is.
  private String call(
      Primitive op, DType dtype, List<String> x, Supplier<MathText.Definition> definition) {
    MathText.Definition function =
        DEFINITIONS.computeIfAbsent(new Signature(op, dtype), _ -> definition.get());
    functions.define(function.name(), function.text());
    return code.define(function.call(x.toArray(String[]::new)));
  }

  @Override
  public String compare(Comparison kind, DType dtype, String x, String y) {
    String name =
        switch (kind) {
          case EQ -> dtype.isFloating() ? "fcmp oeq" : "icmp eq";
          case NE -> dtype.isFloating() ? "fcmp une" : "icmp ne";
          case LT -> order(dtype, "lt");
          case LE -> order(dtype, "le");
          case GT -> order(dtype, "gt");
          case GE -> order(dtype, "ge");
        };
    return compare(name, dtype, x, y);
  }

  private static String order(DType dtype, String kind) {
    return switch (dtype) {
      case F32, F64 -> "fcmp o" + kind;
      case I32, I64 -> "icmp s" + kind;
      case BOOL -> "icmp u" + kind;
    };
  }

  @Override
  public String logic(LogicFn fn, DType dtype, List<String> x) {
    return switch (fn) {
      case NOT -> binary("xor", dtype, x.get(0), dtype == DType.BOOL ? "true" : "-1");
      case AND -> binary("and", dtype, x.get(0), x.get(1));
      case OR -> binary("or", dtype, x.get(0), x.get(1));
      case XOR -> binary("xor", dtype, x.get(0), x.get(1));
    };
  }

  @Override
  public String classify(FloatClass kind, DType dtype, String x) {
    return switch (kind) {
      case IS_FINITE -> compare("fcmp olt", dtype, intrinsic("fabs", dtype, x), infinity());
      case IS_NAN -> compare("fcmp uno", dtype, x, x);
      case IS_INF -> compare("fcmp oeq", dtype, intrinsic("fabs", dtype, x), infinity());
    };
  }

  private static String infinity() {
    return Types.number(Double.POSITIVE_INFINITY);
  }

  @Override
  public String convert(DType from, DType to, String x) {
    return switch (to) {
      case F32, F64 -> toFloating(from, to, x);
      case I32, I64 ->
          switch (from) {
            case F32, F64 -> saturated(from, to, x);
            case I32, I64 -> to == from ? x : to == DType.I32 ? narrowed(to, x) : widened(from, x);
            case BOOL -> conversion("zext", from, to, x);
          };
      case BOOL ->
          switch (from) {
            case F32, F64 -> compare("fcmp une", from, x, Types.number(0));
            case I32, I64 -> compare("icmp ne", from, x, "0");
            case BOOL -> x;
          };
    };
  }

  private String toFloating(DType from, DType to, String x) {
    return switch (from) {
      case F32 -> to == DType.F32 ? x : conversion("fpext", from, to, x);
      case F64 -> to == DType.F64 ? x : conversion("fptrunc", from, to, x);
      case I32, I64 -> conversion("sitofp", from, to, x);
      case BOOL -> conversion("uitofp", from, to, x);
    };
  }

  /// The largest or smallest number where `x` is beyond, 0 for NaN.
  private String saturated(DType from, DType to, String x) {
    String name = "llvm.fptosi.sat." + Types.suffix(to) + "." + Types.suffix(from);
    return code.define(
        "call " + Types.register(to) + " @" + name + "(" + Types.register(from) + " " + x + ")");
  }

  String widened(DType from, String x) {
    return from == DType.I64 ? x : conversion("sext", from, DType.I64, x);
  }

  String narrowed(DType to, String x) {
    return to == DType.I64 ? x : conversion("trunc", DType.I64, to, x);
  }

  private String conversion(String op, DType from, DType to, String x) {
    return code.define(op + " " + Types.register(from) + " " + x + " to " + Types.register(to));
  }

  @Override
  public String randomBits(DType to, String key, DType from, String counter) {
    String number = widened(from, counter);
    functions.define(Philox.NAME, Philox.TEXT);
    String bits = code.define("call i64 @" + Philox.NAME + "(i64 " + key + ", i64 " + number + ")");
    return to == DType.I64 ? bits : narrowed(to, code.define("ashr i64 " + bits + ", 32"));
  }

  @Override
  public String select(DType dtype, String condition, String x, String y) {
    String type = Types.register(dtype);
    return code.define("select i1 " + condition + ", " + type + " " + x + ", " + type + " " + y);
  }

  String binary(String op, DType dtype, String x, String y) {
    return code.define(op + " " + Types.register(dtype) + " " + x + ", " + y);
  }

  private String compare(String op, DType dtype, String x, String y) {
    return binary(op, dtype, x, y);
  }

  String intrinsic(String name, DType dtype, String... x) {
    return intrinsic("", name, dtype, x);
  }

  /// An intrinsic function with fast-math flags.
  String intrinsic(String flags, String name, DType dtype, String... x) {
    String type = Types.register(dtype);
    List<String> arguments = Stream.of(x).map(y -> type + " " + y).toList();
    return code.define(
        "call "
            + (flags.isEmpty() ? "" : flags + " ")
            + type
            + " @llvm."
            + name
            + "."
            + Types.suffix(dtype)
            + "("
            + String.join(", ", arguments)
            + ")");
  }
}
