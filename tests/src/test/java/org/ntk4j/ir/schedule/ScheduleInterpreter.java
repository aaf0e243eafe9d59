package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.schedule.MatrixProduct.Factor;
import org.ntk4j.ir.schedule.Schedule.Buffer;

/// The meaning of schedules, one element at a time.
final class ScheduleInterpreter {
  /// What is in memory that nobody may read: not a number.
  private static final long LOST = Double.doubleToLongBits(Double.NaN);

  private final Map<List<Object>, Program> scalars = new HashMap<>();

  List<Tensor> run(Schedule s, List<Tensor> inputs) {
    List<Tensor> memory = new ArrayList<>();
    for (Buffer b : s.buffers()) {
      memory.add(
          switch (b) {
            case Buffer.Fixed(var value) -> FlatTensors.flat(value);
            case Buffer.Bound _, Buffer.Temporary _ ->
                Tensor.zeros(b.dtype(), Shape.of(b.elements()));
          });
    }
    for (int i = 0; i < inputs.size(); i++) {
      memory.set(s.inputs().get(i), FlatTensors.flat(inputs.get(i)));
    }
    s.steps().forEach(step -> run(step, memory));
    return s.outputs().stream().map(memory::get).toList();
  }

  private void run(Step step, List<Tensor> memory) {
    switch (step) {
      case Step.Fill(int buffer, DType dtype, long bits) ->
          FlatTensors.fill(memory.get(buffer), dtype, bits);
      case Step.Loops(var nest, var buffers) ->
          nest(nest, buffers.stream().map(memory::get).toList()).run();
      case Step.Rows rows -> rows(rows, memory);
      case Step.Product p -> product(p, memory);
      case Step.Fused p -> fused(p, memory);
      case Step.Convolution c -> convolution(c, memory);
      case Step.Evaluate e ->
          store(evaluate(e.op(), e.operands(), load(e.in(), memory)), e.out(), memory);
      case Step.Scan s -> scan(s, memory);
      case Step.While w -> repeat(w, memory);
      case Step.Branch b -> {
        List<Tensor> in = load(b.in(), memory);
        int index = Math.clamp(in.getFirst().getLong(0), 0, b.branches().size() - 1);
        store(run(b.branches().get(index), in.subList(1, in.size())), b.out(), memory);
      }
    }
  }

  private NestInterpreter nest(LoopNest nest, List<Tensor> slots) {
    return new NestInterpreter(nest, slots, scalars);
  }

  /// The last row first, and local buffers have only one at a time.
  private void rows(Step.Rows step, List<Tensor> memory) {
    for (long row = step.rows() - 1; row >= 0; row--) {
      for (int b : step.local()) {
        DType dtype = memory.get(b).dtype();
        FlatTensors.fill(memory.get(b), dtype, dtype.isFloating() ? LOST : 1);
      }
      for (Step.Loops loops : step.loops()) {
        List<Tensor> slots = loops.buffers().stream().map(memory::get).toList();
        nest(loops.nest(), slots).run(row, step.rowLoops(loops.nest()));
      }
    }
  }

  private static List<Tensor> load(List<Integer> buffers, List<Tensor> memory) {
    return buffers.stream().map(memory::get).toList();
  }

  private static void store(List<Tensor> values, List<Integer> buffers, List<Tensor> memory) {
    for (int i = 0; i < buffers.size(); i++) {
      FlatTensors.copy(
          values.get(i), 0, memory.get(buffers.get(i)), 0, memory.get(buffers.get(i)).size());
    }
  }

  private static List<Tensor> evaluate(Primitive op, List<Aval> avals, List<Tensor> in) {
    List<Var> inputs = avals.stream().map(Var::new).toList();
    List<Var> outputs = op.resultAvals(avals).stream().map(Var::new).toList();
    Program p =
        new Program(
            inputs, List.of(new Equation(op, List.copyOf(inputs), outputs)), List.copyOf(outputs));
    List<Tensor> shaped = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      shaped.add(in.get(i).reshape(avals.get(i).shape()));
    }
    return Evaluator.run(p, shaped).stream().map(FlatTensors::flat).toList();
  }

  private static void product(Step.Product step, List<Tensor> memory) {
    MatrixProduct p = step.product();
    long batches = p.batch().stream().reduce(1L, (a, b) -> a * b);
    for (long b = 0; b < batches; b++) {
      for (long i = 0; i < p.rows(); i++) {
        for (long j = 0; j < p.columns(); j++) {
          double element =
              element(p, memory.get(step.left()), memory.get(step.right()), List.of(b, i, j));
          memory.get(step.result()).setDouble(at(p, p.c(), b, i, j), element);
        }
      }
    }
  }

  /// @param at numbers of the batch, the row and the column
  private static double element(MatrixProduct p, Tensor left, Tensor right, List<Long> at) {
    double sum = 0;
    for (long k = 0; k < p.inner(); k++) {
      sum +=
          left.getDouble(at(p, p.a(), at.get(0), at.get(1), k))
              * right.getDouble(at(p, p.b(), at.get(0), k, at.get(2)));
    }
    return p.alpha() * sum;
  }

  private void fused(Step.Fused step, List<Tensor> memory) {
    MatrixProduct p = step.product();
    List<Tensor> slots = new ArrayList<>();
    Tensor element = Tensor.zeros(p.dtype(), Shape.SCALAR);
    slots.add(element);
    step.buffers().forEach(b -> slots.add(memory.get(b)));
    NestInterpreter nest = nest(step.epilogue().nest(), slots);
    long batches = p.batch().stream().reduce(1L, (a, b) -> a * b);
    for (long b = 0; b < batches; b++) {
      for (long i = 0; i < p.rows(); i++) {
        for (long j = 0; j < p.columns(); j++) {
          Tensor left = memory.get(step.left());
          element.setDouble(0, element(p, left, memory.get(step.right()), List.of(b, i, j)));
          List<Long> at = new ArrayList<>(digits(p.batch(), b));
          at.addAll(List.of(i, j));
          nest.run(step.epilogue(), at);
        }
      }
    }
  }

  private static List<Long> digits(List<Long> extents, long number) {
    List<Long> digits = new ArrayList<>();
    long rest = number;
    for (long extent : extents.reversed()) {
      digits.addFirst(rest % extent);
      rest /= extent;
    }
    return digits;
  }

  private static long at(MatrixProduct p, Factor f, long batch, long row, long column) {
    long at = f.offset() + row * f.rowStride() + column * f.columnStride();
    long rest = batch;
    for (int k = p.batch().size() - 1; k >= 0; k--) {
      at += rest % p.batch().get(k) * f.batchStrides().get(k);
      rest /= p.batch().get(k);
    }
    return at;
  }

  private static void convolution(Step.Convolution c, List<Tensor> memory) {
    Tensor x = gathered(c.x(), memory);
    Tensor w = gathered(c.w(), memory);
    List<Aval> avals = List.of(new Aval(x.dtype(), x.shape()), new Aval(w.dtype(), w.shape()));
    Tensor y =
        evaluate(c.op(), avals, List.of(FlatTensors.flat(x), FlatTensors.flat(w))).getFirst();
    long[] position = {0};
    walk(
        c.y(),
        0,
        c.y().offset(),
        at -> memory.get(c.y().buffer()).setDouble(at, y.getDouble(position[0]++)));
  }

  private static Tensor gathered(View v, List<Tensor> memory) {
    List<Long> dims = new ArrayList<>();
    for (int k = 0; k < v.rank(); k++) {
      dims.add(v.dim(k));
    }
    Tensor x = Tensor.zeros(v.dtype(), Shape.of(dims));
    long[] position = {0};
    walk(v, 0, v.offset(), at -> x.setDouble(position[0]++, memory.get(v.buffer()).getDouble(at)));
    return x;
  }

  private static void walk(View v, int digit, long at, LongConsumer visit) {
    List<View.Digit> digits = v.axes().stream().flatMap(List::stream).toList();
    if (digit == digits.size()) {
      visit.accept(at);
      return;
    }
    for (long i = 0; i < digits.get(digit).extent(); i++) {
      walk(v, digit + 1, at + i * digits.get(digit).stride(), visit);
    }
  }

  private void scan(Step.Scan s, List<Tensor> memory) {
    List<Tensor> in = load(s.in(), memory);
    int ahead = s.consts() + s.carries();
    List<Tensor> carry = new ArrayList<>(in.subList(s.consts(), ahead));
    for (long i = 0; i < s.length(); i++) {
      long t = s.reverse() ? s.length() - 1 - i : i;
      List<Tensor> arguments = new ArrayList<>(in.subList(0, s.consts()));
      arguments.addAll(carry);
      for (Tensor x : in.subList(ahead, in.size())) {
        long n = x.size() / s.length();
        Tensor slice = Tensor.zeros(x.dtype(), Shape.of(n));
        FlatTensors.copy(x, t * n, slice, 0, n);
        arguments.add(slice);
      }
      List<Tensor> results = run(s.body(), arguments);
      carry = new ArrayList<>(results.subList(0, s.carries()));
      for (int k = s.carries(); k < results.size(); k++) {
        long n = results.get(k).size();
        FlatTensors.copy(results.get(k), 0, memory.get(s.out().get(k)), t * n, n);
      }
    }
    store(carry, s.out().subList(0, s.carries()), memory);
  }

  private void repeat(Step.While w, List<Tensor> memory) {
    List<Tensor> carry = load(w.in(), memory);
    while (run(w.condition(), carry).getFirst().getLong(0) != 0) {
      carry = run(w.body(), carry);
    }
    store(carry, w.out(), memory);
  }
}
