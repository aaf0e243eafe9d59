package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.text.NestText;
import org.ntk4j.cuda.text.StepCode;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.IntegerPow;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StepFn;
import org.ntk4j.ir.op.Unary;
import org.ntk4j.ir.op.UnaryFn;
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Apply;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Slot;
import org.ntk4j.ir.schedule.LoopNest.Store;
import org.ntk4j.nests.Nests;

/// Scalar functions in kernels are those of the primitives, also where they are not ordinary.
@Tag("standin")
@Tag("gpu")
final class FunctionTextTest {
  /// Units in the last place: no library is further off.
  private static final double ULPS = 6;

  private static final List<Double> ARGUMENTS =
      List.of(
          0.0,
          -0.0,
          1.0,
          -1.0,
          0.5,
          -0.5,
          2.0,
          -2.0,
          3.0,
          -3.0,
          1e-3,
          -1e-3,
          1e-20,
          -1e-20,
          0.75,
          -0.75,
          1.5,
          -1.5,
          2.5,
          -2.5,
          7.0,
          -7.0,
          30.0,
          -30.0,
          87.5,
          -87.5,
          120.0,
          -120.0,
          1e10,
          -1e10,
          1e30,
          -1e30,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          Double.NaN);

  enum Floating {
    F32,
    F64;

    DType dtype() {
      return DType.valueOf(name());
    }
  }

  private record Function(Primitive op, DoubleBinaryOperator meaning, boolean isOfTwo) {
    static Function of(Primitive op, DoubleUnaryOperator meaning) {
      return new Function(op, (x, y) -> meaning.applyAsDouble(x), false);
    }
  }

  private static List<Function> functions() {
    List<Function> all = new ArrayList<>();
    for (UnaryFn fn : UnaryFn.values()) {
      all.add(Function.of(new Unary(fn), fn::apply));
    }
    for (StepFn fn : StepFn.values()) {
      all.add(Function.of(new Step(fn), fn::apply));
    }
    for (int n : List.of(-9, -3, -1, 0, 1, 2, 5, 8, 11)) {
      all.add(Function.of(new IntegerPow(n), x -> Math.pow(x, n)));
    }
    for (BinaryFn fn : BinaryFn.values()) {
      all.add(new Function(new Binary(fn), fn::apply, true));
    }
    return all;
  }

  @BeforeEach
  void start() {
    OnCard.start(0);
  }

  @ParameterizedTest
  @EnumSource
  void functions_of_ordinary_and_special_numbers_are_those_of_the_primitives(Floating floating) {
    DType dtype = floating.dtype();
    int n = ARGUMENTS.size();
    Tensor x = Tensor.zeros(dtype, Shape.of(n));
    for (int i = 0; i < n; i++) {
      x.setDouble(i, ARGUMENTS.get(i));
    }
    List<Function> functions = functions();
    List<Tensor> buffers = new ArrayList<>(List.of(x));
    functions.forEach(_ -> buffers.add(Tensor.zeros(dtype, Shape.of((long) n * n))));
    StepCode code = NestText.of(nest(functions, dtype), "functions", true);
    try (TextRun run = new TextRun(List.of(code))) {
      run.run(code, buffers, 0);
    }
    for (int f = 0; f < functions.size(); f++) {
      for (int i = 0; i < n * n; i++) {
        check(functions.get(f), x.getDouble(i / n), x.getDouble(i % n), buffers.get(f + 1), i);
      }
    }
  }

  /// Every function of every pair.
  private static LoopNest nest(List<Function> functions, DType dtype) {
    long n = ARGUMENTS.size();
    Expr x = new Load(0, dtype, Nests.index(1, 0));
    Expr y = new Load(0, dtype, Nests.index(0, 1));
    List<Slot> slots = new ArrayList<>(List.of(new Slot(dtype, n, false)));
    List<Store> stores = new ArrayList<>();
    for (Function f : functions) {
      Expr value = new Apply(f.op, dtype, f.isOfTwo ? List.of(x, y) : List.of(x));
      stores.add(new Store(slots.size(), Combine.SET, List.of(), Nests.index(n, 1), value));
      slots.add(new Slot(dtype, n * n, true));
    }
    return new LoopNest(List.of(n, n), slots, stores);
  }

  private static void check(Function f, double x, double y, Tensor results, int i) {
    boolean single = results.dtype() == DType.F32;
    double exact = f.meaning.applyAsDouble(x, y);
    double expected = single ? (float) exact : exact;
    double found = results.getDouble(i);
    double ulp = single ? Math.ulp((float) expected) : Math.ulp(expected);
    boolean close = Math.abs(found - expected) <= ULPS * ulp;
    assertTrue(
        Double.compare(found, expected) == 0 || close && (expected != 0 || isZeroOfEitherSign(f)),
        () -> "%s of %s, %s is %s, not %s".formatted(f.op, x, y, found, expected));
  }

  /// Of results that are too small for the dtype.
  private static boolean isZeroOfEitherSign(Function f) {
    return f.op instanceof IntegerPow;
  }
}
