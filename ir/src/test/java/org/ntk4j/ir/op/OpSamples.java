package org.ntk4j.ir.op;

import static org.ntk4j.ir.op.Violation.identity;
import static org.ntk4j.ir.op.Violation.ints;
import static org.ntk4j.ir.op.Violation.longs;
import static org.ntk4j.ir.op.Violation.returning;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;

/// Applications of every primitive, edge cases included, with the avals of their results.
public final class OpSamples {
  private OpSamples() {}

  /// A primitive, the avals of its operands, and those of its results.
  public record Sample(Primitive op, List<Aval> operands, List<Aval> results) {

    /// The program of this one equation.
    public Program program() {
      Builder b = new Builder();
      List<Var> inputs = operands.stream().map(Var::new).toList();
      return b.build(inputs, b.emitAll(op, inputs));
    }

    @Override
    public String toString() {
      return op.mnemonic() + operands;
    }
  }

  /// All samples.
  public static List<Sample> all() {
    return Stream.of(
            scalars(), products(), movement(), indexing(), constants(), nonlinear(), control())
        .flatMap(part -> part)
        .toList();
  }

  private static Sample sample(Primitive op, String operands, String results) {
    return new Sample(op, Violation.avals(operands), Violation.avals(results));
  }

  private static <E extends Enum<E>> Stream<Sample> rows(
      Class<E> type, Function<E, Primitive> op, String operands, String results) {
    return Arrays.stream(type.getEnumConstants())
        .map(row -> sample(op.apply(row), operands, results));
  }

  private static Stream<Sample> scalars() {
    return Stream.of(
            rows(UnaryFn.class, Unary::new, "f64[2,3]", "f64[2,3]"),
            rows(BinaryFn.class, Binary::new, "f32[2] f32[2]", "f32[2]"),
            rows(StepFn.class, Step::new, "f64[]", "f64[]"),
            rows(Comparison.class, Compare::new, "f64[0] f64[0]", "bool[0]"),
            rows(FloatClass.class, Classify::new, "f32[3]", "bool[3]"),
            Stream.of(LogicFn.AND, LogicFn.OR, LogicFn.XOR)
                .map(fn -> sample(new Logic(fn), "bool[2] bool[2]", "bool[2]")),
            Stream.of(
                sample(new Logic(LogicFn.NOT), "i64[2]", "i64[2]"),
                sample(new Unary(UnaryFn.ABS), "i32[2]", "i32[2]"),
                sample(new Step(StepFn.SIGN), "i64[2]", "i64[2]"),
                sample(new Binary(BinaryFn.DIV), "i64[2] i64[2]", "i64[2]"),
                sample(new IntegerPow(-3), "f64[2]", "f64[2]"),
                sample(new IntegerPow(2), "i32[2]", "i32[2]"),
                sample(new Convert(DType.F32), "f64[2]", "f32[2]"),
                sample(new Cast(DType.BOOL), "f64[2]", "bool[2]"),
                sample(new StopGradient(), "bool[2]", "bool[2]"),
                sample(new Select(), "bool[2] i32[2] i32[2]", "i32[2]")))
        .flatMap(part -> part);
  }

  private static Stream<Sample> products() {
    Conv flat = Conv.of(ConvDims.channelsLast(2));
    List<Long> zero = longs(0, 0);
    return Stream.of(
        sample(new Add(), "i32[2] i32[2]", "i32[2]"),
        sample(new Sub(), "f64[0] f64[0]", "f64[0]"),
        sample(new Mul(), "f64[] f64[]", "f64[]"),
        sample(new Neg(), "f32[1]", "f32[1]"),
        sample(
            new Contract(ints(1), ints(0), ints(2), ints(2)),
            "f64[4,2,3] f64[2,5,3]",
            "f64[2,4,5]"),
        sample(new Contract(ints(), ints(), ints(0), ints(0)), "f64[0] f64[0]", "f64[]"),
        sample(flat, "f64[1,5,6,2] f64[3,3,2,4]", "f64[1,3,4,4]"),
        sample(flat.withStrides(longs(2, 3)), "f64[1,5,6,2] f64[3,3,2,4]", "f64[1,2,2,4]"),
        sample(
            flat.withPadding(longs(1, -1), longs(0, 2)),
            "f64[1,5,6,2] f64[3,3,2,4]",
            "f64[1,4,5,4]"),
        sample(
            flat.withDilation(longs(2, 1), longs(1, 3)),
            "f64[1,5,9,2] f64[3,3,2,4]",
            "f64[1,7,3,4]"),
        sample(flat.withGroups(2, 1), "f64[1,5,6,4] f64[3,3,2,4]", "f64[1,3,4,4]"),
        sample(flat.withGroups(1, 2), "f64[6,5,6,2] f64[3,3,2,4]", "f64[3,3,4,4]"),
        sample(flat, "f64[1,2,6,2] f64[3,3,2,4]", "f64[1,0,4,4]"),
        sample(flat.withPadding(longs(-4, 0), zero), "f64[1,5,6,2] f64[4,3,2,4]", "f64[1,0,4,4]"),
        sample(Conv.of(ConvDims.channelsFirst(1)), "f64[1,2,5] f64[4,2,3]", "f64[1,4,3]"),
        sample(Conv.of(ConvDims.channelsLast(0)), "f64[7,2] f64[2,4]", "f64[7,4]"),
        sample(
            Conv.of(ConvDims.channelsFirst(3)), "f32[0,2,5,5,5] f32[4,2,1,1,1]", "f32[0,4,5,5,5]"));
  }

  private static Stream<Sample> movement() {
    return Stream.of(
        sample(new ReduceSum(ints(2, 0)), "f64[2,3,4]", "f64[3]"),
        sample(new ReduceSum(ints()), "i64[2]", "i64[2]"),
        sample(new ReduceProd(ints(0)), "f64[0,3]", "f64[3]"),
        sample(new ReduceExtremum(Extremum.MAX, ints(1)), "f64[2,3]", "f64[2]"),
        sample(new ReduceExtremum(Extremum.MIN, ints(0)), "i32[2]", "i32[]"),
        sample(
            new WindowSum(Window.of(longs(1, 3)).withStrides(longs(1, 2))), "f64[2,7]", "f64[2,3]"),
        sample(
            new WindowSum(
                Window.of(longs(2))
                    .withPadding(longs(1), longs(-1))
                    .withDilation(longs(2), longs(3))),
            "f64[5]",
            "f64[6]"),
        sample(new WindowExtremum(Extremum.MAX, Window.of(longs(9))), "f64[5]", "f64[0]"),
        sample(new WindowExtremum(Extremum.MIN, Window.of(longs(2))), "i32[5]", "i32[4]"),
        sample(new Broadcast(Shape.of(4, 2, 3), ints(1)), "f64[2]", "f64[4,2,3]"),
        sample(new Broadcast(Shape.of(0), ints()), "bool[]", "bool[0]"),
        sample(new Reshape(Shape.of(3, 2)), "f64[6]", "f64[3,2]"),
        sample(new Reshape(Shape.of(0, 5)), "f64[0]", "f64[0,5]"),
        sample(new Transpose(ints(2, 0, 1)), "f64[2,3,4]", "f64[4,2,3]"),
        sample(new Transpose(ints()), "f64[]", "f64[]"),
        sample(new Slice(longs(1, 3), longs(6, 3), longs(2, 1)), "f64[7,3]", "f64[3,0]"),
        sample(new Pad(longs(1, -1), longs(0, 2), longs(2, 0)), "f64[3,3] f64[]", "f64[8,4]"),
        sample(new Pad(longs(1), longs(0), longs(5)), "i32[0] i32[]", "i32[1]"),
        sample(new Concatenate(1), "f64[2,3] f64[2,0] f64[2,1]", "f64[2,4]"),
        sample(new Reverse(ints(1, 0)), "bool[2,3]", "bool[2,3]"),
        sample(new CumSum(0, true), "i32[3]", "i32[3]"),
        sample(new CumProd(1, false), "f64[3,0]", "f64[3,0]"),
        sample(new CumExtremum(Extremum.MAX, 0, true), "f64[3]", "f64[3]"),
        sample(new CumExtremum(Extremum.MIN, 0, false), "f64[3]", "f64[3]"));
  }

  private static Stream<Sample> indexing() {
    return Stream.of(
        sample(new DynamicSlice(Shape.of(1, 0)), "f64[2,3] i32[2]", "f64[1,0]"),
        sample(new DynamicUpdateSlice(), "f64[2,3] f64[2,1] i64[2]", "f64[2,3]"),
        sample(new Gather(0, 0), "f64[10,3] i32[4,5]", "f64[4,5,3]"),
        sample(new Gather(2, 1), "f64[2,6,10,3] i64[2,5]", "f64[2,6,5,3]"),
        sample(new Gather(1, 1), "bool[2,10] i32[2]", "bool[2]"),
        sample(new ScatterAdd(0, 0, 10), "i32[4,5] f64[4,5,3]", "f64[10,3]"),
        sample(new ScatterAdd(2, 1, 10), "i64[2,5] f64[2,6,5,3]", "f64[2,6,10,3]"),
        sample(new ScatterAdd(1, 1, 0), "i32[2] i32[2]", "i32[2,0]"));
  }

  private static Stream<Sample> constants() {
    double[] doubles = {0.1, -0.0, Double.NaN, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, 1e300};
    float[] floats = {0.1f, Float.POSITIVE_INFINITY, -0.0f, Float.MIN_VALUE};
    return Stream.of(
        sample(new Constant(Tensor.of(doubles, 2, 3)), "", "f64[2,3]"),
        sample(new Constant(Tensor.of(floats, 4)), "", "f32[4]"),
        sample(new Constant(Tensor.of(new long[] {Long.MIN_VALUE, -1}, 2)), "", "i64[2]"),
        sample(new Constant(Tensor.of(new int[] {Integer.MAX_VALUE})), "", "i32[]"),
        sample(new Constant(Tensor.of(new boolean[] {true, false}, 2)), "", "bool[2]"),
        sample(new Constant(Tensor.zeros(DType.F64, Shape.of(0, 3))), "", "f64[0,3]"),
        sample(new Iota(Shape.of(2, 3), 1, DType.I64), "", "i64[2,3]"),
        sample(new RandomBits(Shape.of(3), DType.I32), "i64[]", "i32[3]"));
  }

  private static Stream<Sample> nonlinear() {
    return Stream.of(
        sample(new ArgExtremum(Extremum.MAX, 1, DType.I32), "f64[2,3]", "i32[2]"),
        sample(new ArgExtremum(Extremum.MIN, 0, DType.I64), "i32[3]", "i64[]"),
        sample(new Sort(1, 1, true), "f64[2,3] i32[2,3]", "f64[2,3] i32[2,3]"),
        sample(new TopK(2), "f64[4,3]", "f64[4,2] i32[4,2]"),
        sample(new TopK(0), "f64[0]", "f64[0] i32[0]"),
        sample(new Cholesky(), "f64[7,3,3]", "f64[7,3,3]"),
        sample(new TriangularSolve(true, false, true), "f64[7,3,3] f64[7,3,2]", "f64[7,3,2]"));
  }

  private static Stream<Sample> control() {
    Program one = identity("f64[2]");
    Program nested = sample(new Call("inner", one), "f64[2]", "f64[2]").program();
    return Stream.of(
        sample(new Call("say \"hi\"\n\\é", nested), "f64[2]", "f64[2]"),
        sample(new Call("", identity("")), "", ""),
        sample(new Checkpoint(nested), "f64[2]", "f64[2]"),
        sample(new Cond(List.of(one, nested)), "i32[] f64[2]", "f64[2]"),
        sample(new While(returning("f64[2]", "bool[]"), one), "f64[2]", "f64[2]"),
        sample(
            new Scan(returning("f32[] f64[2] i32[3]", "f64[2] bool[]"), 1, 1, 5, true),
            "f32[] f64[2] i32[5,3]",
            "f64[2] bool[5]"),
        sample(
            new CustomJvp(
                identity("f64[2] i32[]"), returning("f64[2] i32[] f64[2]", "f64[2] i32[] f64[2]")),
            "f64[2] i32[]",
            "f64[2] i32[]"),
        sample(
            new CustomVjp(
                one, returning("f64[2]", "f64[2] i32[]"), returning("i32[] f64[2]", "f64[2]")),
            "f64[2]",
            "f64[2]"));
  }
}
