package org.ntk4j.cpu.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.cpu.jit.CompiledModule;
import org.ntk4j.cpu.jit.Jit;
import org.ntk4j.cpu.jit.KernelText;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.IrException;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.FloatClass;
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
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Apply;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Slot;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Every elementwise primitive on ordinary and on special values of every dtype, against the
/// reference evaluator.
final class ScalarsTest {
  private static final List<Double> FLOATING =
      List.of(
          0.0,
          -0.0,
          1.0,
          -1.0,
          0.5,
          -0.25,
          1.5,
          2.5,
          -2.5,
          3.0,
          0.9,
          -0.9,
          10.0,
          -7.75,
          100.0,
          1e10,
          -1e10,
          1e20,
          1e-20,
          2147483648.0,
          -2147483904.0,
          9.3e18,
          Double.MIN_NORMAL,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          Double.NaN);

  private static final List<Long> INTEGERS =
      List.of(
          0L,
          1L,
          -1L,
          2L,
          -2L,
          3L,
          7L,
          -5L,
          31L,
          64L,
          1L << 20,
          2147483647L,
          -2147483648L,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          123_456_789_012L);

  private record Case(Primitive op, Program program, LoopNest nest, List<Tensor> inputs) {}

  @Test
  void primitives_equal_the_reference() {
    List<Case> cases = new ArrayList<>();
    for (Primitive op : unary()) {
      Stream.of(DType.values()).forEach(d -> add(cases, op, List.of(d)));
    }
    for (Primitive op : binary()) {
      Stream.of(DType.values()).forEach(d -> add(cases, op, List.of(d, d)));
    }
    assertTrue(cases.size() > 150, "only " + cases.size() + " cases");
    List<KernelText> texts =
        IntStream.range(0, cases.size())
            .mapToObj(k -> new KernelText("k" + k, text(cases.get(k).nest, "k" + k)))
            .toList();
    try (CompiledModule module = Jit.find().orElseThrow().compile(texts)) {
      for (int k = 0; k < cases.size(); k++) {
        check(cases.get(k), module, "k" + k);
      }
    }
  }

  private static String text(LoopNest nest, String name) {
    return LoopText.of(nest, name).text();
  }

  private static List<Primitive> unary() {
    List<Primitive> all = new ArrayList<>();
    for (UnaryFn fn : UnaryFn.values()) {
      all.add(new Unary(fn));
    }
    for (StepFn fn : StepFn.values()) {
      all.add(new Step(fn));
    }
    for (FloatClass kind : FloatClass.values()) {
      all.add(new Classify(kind));
    }
    for (DType to : DType.values()) {
      all.add(new Convert(to));
      all.add(new Cast(to));
    }
    for (int exponent : new int[] {0, 1, 2, 3, -1, -2, 7, 13}) {
      all.add(new IntegerPow(exponent));
    }
    all.addAll(List.of(new Neg(), new Logic(LogicFn.NOT), new StopGradient()));
    return all;
  }

  private static List<Primitive> binary() {
    List<Primitive> all = new ArrayList<>(List.of(new Add(), new Sub(), new Mul()));
    for (BinaryFn fn : BinaryFn.values()) {
      all.add(new Binary(fn));
    }
    for (Comparison kind : Comparison.values()) {
      all.add(new Compare(kind));
    }
    for (LogicFn fn : LogicFn.values()) {
      all.add(new Logic(fn));
    }
    return all;
  }

  /// A case, if `op` takes these dtypes.
  private static void add(List<Case> cases, Primitive op, List<DType> dtypes) {
    List<Tensor> inputs = inputs(dtypes);
    long size = inputs.getFirst().size();
    List<Aval> avals = dtypes.stream().map(d -> Aval.of(d, size)).toList();
    DType result;
    try {
      result = op.resultAvals(avals).getFirst().dtype();
    } catch (IrException e) {
      return;
    }
    Builder b = new Builder();
    List<Var> vars = avals.stream().map(Var::new).toList();
    Program program = b.build(vars, b.emitAll(op, vars));
    List<Slot> slots = new ArrayList<>();
    List<Expr> operands = new ArrayList<>();
    Index at = Index.variable(0, 1);
    for (DType dtype : dtypes) {
      operands.add(new Load(slots.size(), dtype, at));
      slots.add(new Slot(dtype, size, false));
    }
    slots.add(new Slot(result, size, true));
    Store store =
        new Store(dtypes.size(), Combine.SET, List.of(), at, new Apply(op, result, operands));
    cases.add(new Case(op, program, new LoopNest(List.of(size), slots, List.of(store)), inputs));
  }

  /// All values, or all pairs of them.
  private static List<Tensor> inputs(List<DType> dtypes) {
    Tensor values = values(dtypes.getFirst());
    if (dtypes.size() == 1) {
      return List.of(values);
    }
    long n = values.size();
    Tensor x = Tensor.zeros(values.dtype(), Shape.of(n * n));
    Tensor y = Tensor.zeros(values.dtype(), Shape.of(n * n));
    for (long i = 0; i < n * n; i++) {
      copy(values, i / n, x, i);
      copy(values, i % n, y, i);
    }
    return List.of(x, y);
  }

  private static void copy(Tensor from, long i, Tensor to, long j) {
    if (from.dtype().isFloating()) {
      to.setDouble(j, from.getDouble(i));
    } else {
      to.setLong(j, from.getLong(i));
    }
  }

  private static Tensor values(DType dtype) {
    Tensor x;
    if (dtype.isFloating()) {
      x = Tensor.zeros(dtype, Shape.of(FLOATING.size()));
      IntStream.range(0, FLOATING.size()).forEach(i -> x.setDouble(i, FLOATING.get(i)));
    } else {
      int size = dtype == DType.BOOL ? 2 : INTEGERS.size();
      x = Tensor.zeros(dtype, Shape.of(size));
      IntStream.range(0, size).forEach(i -> x.setLong(i, INTEGERS.get(i)));
    }
    return x;
  }

  private static void check(Case c, CompiledModule module, String name) {
    Tensor expected = Evaluator.run(c.program, c.inputs).getFirst();
    Tensor found = Tensor.zeros(expected.dtype(), expected.shape());
    List<Tensor> slots = new ArrayList<>(c.inputs);
    slots.add(found);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment args = arena.allocate(ValueLayout.JAVA_LONG, slots.size());
      for (int s = 0; s < slots.size(); s++) {
        args.setAtIndex(ValueLayout.JAVA_LONG, s, slots.get(s).segment().address());
      }
      module.kernel(name).call(args, 0, 1);
    }
    for (long i = 0; i < expected.size(); i++) {
      long at = i;
      List<String> operands = c.inputs.stream().map(x -> element(x, at)).toList();
      String message =
          "%s%s %s: %s instead of %s"
              .formatted(
                  c.op,
                  c.inputs.getFirst().dtype(),
                  operands,
                  element(found, i),
                  element(expected, i));
      assertTrue(isClose(c, expected, found, i), message);
    }
  }

  private static String element(Tensor x, long i) {
    return x.dtype().isFloating() ? Double.toString(x.getDouble(i)) : Long.toString(x.getLong(i));
  }

  private static boolean isClose(Case c, Tensor expected, Tensor found, long i) {
    if (!expected.dtype().isFloating()) {
      return expected.getLong(i) == found.getLong(i);
    }
    double x = expected.getDouble(i);
    double y = found.getDouble(i);
    boolean single = expected.dtype() == DType.F32;
    double tiny = single ? Float.MIN_NORMAL : Double.MIN_NORMAL;
    double accuracy = single ? 1e-6 : 1e-14;
    return Double.compare(x, y) == 0 || Math.abs(x - y) <= accuracy * Math.abs(x) + tiny;
  }
}
