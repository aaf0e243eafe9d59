package org.ntk4j.onnx;

import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.ir.trace.Value;

/// Comparison, logic, choice, and conversion of types.
final class LogicOperators {
  /// Rows.
  static final List<Operator> LIST =
      List.of(
          Operator.binary("And", 7, Value::and),
          Operator.single("BitShift", 11, LogicOperators::shift)
              .refusing(LogicOperators::refuseLeft),
          Operator.binary("BitwiseAnd", 18, Value::and),
          Operator.unary("BitwiseNot", 18, Value::not),
          Operator.binary("BitwiseOr", 18, Value::or),
          Operator.binary("BitwiseXor", 18, Value::xor),
          Operator.single("Cast", 6, LogicOperators::cast).refusing(a -> a.dtypeProblem("to")),
          Operator.single("CastLike", 15, node -> node.value(0).cast(node.input(1).dtype()))
              .steering(1),
          Operator.binary("Equal", 7, Value::eq),
          Operator.binary("Greater", 7, Value::gt),
          Operator.binary("GreaterOrEqual", 12, Value::ge),
          Operator.single("IsInf", 10, LogicOperators::isInf),
          Operator.unary("IsNaN", 9, Value::isNan),
          Operator.binary("Less", 7, Value::lt),
          Operator.binary("LessOrEqual", 12, Value::le),
          Operator.unary("Not", 1, Value::not),
          Operator.binary("Or", 7, Value::or),
          Operator.single("Where", 9, node -> node.value(0).where(node.value(1), node.value(2))),
          Operator.binary("Xor", 7, Value::xor));

  private LogicOperators() {}

  private static Optional<String> refuseLeft(Attributes attributes) {
    return attributes.text("direction", "").equals("RIGHT")
        ? Optional.empty()
        : Optional.of("shifting to the left, where unsigned numbers overflow; not supported");
  }

  /// Toward negative infinity; in two steps, whose powers of two are exact.
  private static Value shift(Node node) {
    Value x = node.value(0);
    Value bits = node.value(1).cast(DType.I64);
    double most = x.dtype().sizeBytes() * Byte.SIZE - 1;
    Value count = bits.lt(0).or(bits.gt(most)).where(bits.like(most), bits);
    Value half = count.div(2);
    return halved(halved(x.cast(DType.I64), half), count.sub(half)).cast(x.dtype());
  }

  /// `floor(x / 2^count)`.
  private static Value halved(Value x, Value count) {
    Value power = count.cast(DType.F64).mul(Math.log(2)).exp().round().cast(DType.I64);
    Value quotient = x.div(power);
    return x.sub(quotient.mul(power)).lt(0).where(quotient.sub(1), quotient);
  }

  private static Value cast(Node node) {
    Attributes attributes = node.attributes();
    DType to = attributes.required("to", attributes.dtype("to"));
    Value x = node.value(0).cast(to);
    Encoding type =
        ElementType.of((int) attributes.integer("to", 0))
            .flatMap(ElementType::encoding)
            .orElseThrow();
    return type instanceof IntegerEncoding integers
            && integers.isNarrow()
            && integers.bytes() < Long.BYTES
        ? wrapped(x, integers)
        : x;
  }

  /// The low bits of `x`, as a number of this type.
  private static Value wrapped(Value x, IntegerEncoding type) {
    double count = Math.pow(2, type.bytes() * Byte.SIZE);
    Value low = x.and(x.like(count - 1));
    return type.isSigned() ? low.ge(count / 2).where(low.sub(low.like(count)), low) : low;
  }

  private static Value isInf(Node node) {
    Value x = node.value(0);
    Value infinite = x.isInf();
    if (!node.attributes().flag("detect_positive", true)) {
      infinite = infinite.and(x.lt(0));
    }
    return node.attributes().flag("detect_negative", true) ? infinite : infinite.and(x.gt(0));
  }
}
