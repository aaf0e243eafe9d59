package org.ntk4j.nests;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.IntegerPow;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.LogicFn;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StepFn;
import org.ntk4j.ir.op.StopGradient;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.Unary;
import org.ntk4j.ir.op.UnaryFn;

/// Primitives of which a random nest is made; their results have the dtype of their operands.
final class RandomOperation {
  private RandomOperation() {}

  static List<Primitive> ofOne(DType dtype) {
    return switch (dtype) {
      case F32, F64 ->
          List.of(
              new Neg(),
              new Unary(UnaryFn.ABS),
              new Step(StepFn.SIGN),
              new Step(StepFn.FLOOR),
              new Step(StepFn.CEIL),
              new Step(StepFn.ROUND),
              new Step(StepFn.TRUNC),
              new StopGradient(),
              new IntegerPow(2));
      case I32, I64 ->
          List.of(
              new Neg(),
              new Unary(UnaryFn.ABS),
              new Step(StepFn.SIGN),
              new Logic(LogicFn.NOT),
              new IntegerPow(3));
      case BOOL -> List.of(new Logic(LogicFn.NOT));
    };
  }

  static List<Primitive> ofTwo(DType dtype) {
    return switch (dtype) {
      case F32, F64 -> List.of(new Add(), new Sub(), new Mul(), new Binary(BinaryFn.MAX));
      case I32, I64 ->
          List.of(
              new Add(),
              new Sub(),
              new Mul(),
              new Binary(BinaryFn.DIV),
              new Binary(BinaryFn.REM),
              new Binary(BinaryFn.POW),
              new Binary(BinaryFn.MIN),
              new Logic(LogicFn.XOR));
      case BOOL -> List.of(new Logic(LogicFn.AND), new Compare(Comparison.LE));
    };
  }
}
