package org.ntk4j.tests;

import static org.ntk4j.tests.Values.between;
import static org.ntk4j.tests.Values.distinct;
import static org.ntk4j.tests.Values.exactly;
import static org.ntk4j.tests.Values.f64;
import static org.ntk4j.tests.Values.operand;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.ArgExtremum;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.Extremum;
import org.ntk4j.ir.op.FloatClass;
import org.ntk4j.ir.op.IntegerPow;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.LogicFn;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StepFn;
import org.ntk4j.ir.op.StopGradient;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.Unary;
import org.ntk4j.ir.op.UnaryFn;
import org.ntk4j.tests.Sample.Operand;

/// Samples of every primitive, with every kind of parameter: the subjects of the contracts.
public final class PrimitiveSamples {
  private PrimitiveSamples() {}

  /// All samples.
  public static List<Sample> all() {
    List<Sample> all = new ArrayList<>();
    unary(all);
    binary(all);
    arithmetic(all);
    constants(all);
    all.addAll(MovementSamples.all());
    all.addAll(LinearSamples.all());
    all.addAll(NonlinearSamples.all());
    all.addAll(HigherOrderSamples.all());
    return List.copyOf(all);
  }

  static Sample sample(String situation, Primitive op, Operand... operands) {
    String name = situation.isEmpty() ? op.mnemonic() : op.mnemonic() + " " + situation;
    return new Sample(name, op, List.of(operands));
  }

  private static void unary(List<Sample> all) {
    for (UnaryFn fn : UnaryFn.values()) {
      Operand x =
          switch (fn) {
            case EXP,
                EXPM1,
                SINH,
                COSH,
                TANH,
                LOGISTIC,
                ERF,
                ERFC,
                SOFTPLUS,
                SIN,
                COS,
                ATAN,
                ASINH ->
                f64(2, 3);
            case TAN, ASIN, ACOS, ATANH -> between(-0.8, 0.8, 2, 3);
            case LOG, SQRT, RSQRT, RECIPROCAL -> between(0.5, 3, 2, 3);
            case LOG1P -> between(-0.5, 2, 2, 3);
            case ACOSH -> between(1.5, 3, 2, 3);
            case CBRT, ABS -> distinct(2, 3);
          };
      all.add(sample("", new Unary(fn), x));
    }
    all.add(sample("scalar", new Unary(UnaryFn.TANH), f64()));
    all.add(sample("empty", new Unary(UnaryFn.TANH), f64(2, 0)));
    all.add(sample("integer", new Unary(UnaryFn.ABS), operand(DType.I64, 4)));
    for (int n : new int[] {-2, -1, 0, 1, 2, 3, 5}) {
      all.add(sample("to the " + n, new IntegerPow(n), between(0.5, 2, 4)));
    }
    all.add(sample("integer", new IntegerPow(3), operand(DType.I32, 4)));
  }

  private static void binary(List<Sample> all) {
    for (BinaryFn fn : BinaryFn.values()) {
      Operand x =
          switch (fn) {
            case POW -> between(0.5, 2, 2, 3);
            case DIV, ATAN2, MAX, MIN -> f64(2, 3);
            case REM -> between(3.1, 3.9, 2, 3);
          };
      Operand y =
          switch (fn) {
            case POW, MAX, MIN -> f64(2, 3);
            case DIV, ATAN2 -> between(0.5, 2, 2, 3);
            case REM -> between(1.05, 1.45, 2, 3);
          };
      all.add(sample("", new Binary(fn), x, y));
    }
    Operand positive = Values.ids(DType.I64, 1, 5, 4);
    all.add(sample("integer", new Binary(BinaryFn.DIV), operand(DType.I64, 4), positive));
    all.add(sample("integer", new Binary(BinaryFn.REM), operand(DType.I64, 4), positive));
    all.add(
        sample("integer", new Binary(BinaryFn.MAX), operand(DType.I32, 4), operand(DType.I32, 4)));
  }

  private static void arithmetic(List<Sample> all) {
    all.add(sample("", new Add(), f64(2, 3), f64(2, 3)));
    all.add(sample("scalar", new Add(), f64(), f64()));
    all.add(sample("integer", new Add(), operand(DType.I32, 3), operand(DType.I32, 3)));
    all.add(sample("", new Sub(), f64(2, 3), f64(2, 3)));
    all.add(sample("", new Neg(), f64(2, 3)));
    all.add(sample("", new Mul(), f64(2, 3), f64(2, 3)));
    all.add(sample("empty", new Mul(), f64(0, 3), f64(0, 3)));
    all.add(sample("integer", new Mul(), operand(DType.I64, 3), operand(DType.I64, 3)));
    all.add(sample("", new Select(), operand(DType.BOOL, 2, 3), f64(2, 3), f64(2, 3)));
    all.add(
        sample(
            "integer",
            new Select(),
            operand(DType.BOOL, 3),
            operand(DType.I32, 3),
            operand(DType.I32, 3)));
    all.add(sample("to f32", new Convert(DType.F32), f64(2, 3)));
    all.add(sample("to f64", new Convert(DType.F64), operand(DType.F32, 2, 3)));
  }

  private static void constants(List<Sample> all) {
    for (Comparison kind : Comparison.values()) {
      all.add(sample("", new Compare(kind), f64(5), f64(5)));
      all.add(sample("integer", new Compare(kind), operand(DType.I32, 8), operand(DType.I32, 8)));
    }
    for (LogicFn fn : LogicFn.values()) {
      Operand p = operand(DType.BOOL, 6);
      Operand i = operand(DType.I64, 6);
      boolean one = fn == LogicFn.NOT;
      all.add(one ? sample("", new Logic(fn), p) : sample("", new Logic(fn), p, p));
      all.add(one ? sample("bits", new Logic(fn), i) : sample("bits", new Logic(fn), i, i));
    }
    for (StepFn fn : StepFn.values()) {
      all.add(sample("", new Step(fn), between(0.6, 0.9, 2, 3)));
    }
    for (FloatClass kind : FloatClass.values()) {
      all.add(sample("", new Classify(kind), f64(3)));
    }
    for (Extremum kind : Extremum.values()) {
      all.add(sample("first axis", new ArgExtremum(kind, 0, DType.I32), distinct(3, 4)));
      all.add(sample("last axis", new ArgExtremum(kind, 1, DType.I64), distinct(3, 4)));
    }
    all.add(sample("", new Iota(Shape.of(2, 3), 1, DType.I32)));
    all.add(sample("floating", new Iota(Shape.of(2, 3), 0, DType.F64)));
    all.add(sample("", new Constant(Tensor.of(new double[] {1, -2, 0.5}, 3))));
    all.add(sample("integer", new Constant(Tensor.of(new long[] {1, -2, 5}, 3))));
    all.add(sample("to integer", new Cast(DType.I32), f64(4)));
    all.add(sample("to boolean", new Cast(DType.BOOL), operand(DType.I64, 4)));
    all.add(sample("from boolean", new Cast(DType.F64), operand(DType.BOOL, 4)));
    Operand key = exactly(DType.I64, List.of(12345));
    all.add(sample("64", new RandomBits(Shape.of(2, 3), DType.I64), key));
    all.add(sample("32", new RandomBits(Shape.of(5), DType.I32), key));
    all.add(sample("", new StopGradient(), f64(2, 3)));
  }
}
