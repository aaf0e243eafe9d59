package org.ntk4j.tests.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.CompiledFunction;
import org.ntk4j.ir.eval.Engine;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Padding;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Small programs, compiled once: products and convolutions, and what is fused to loops.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OperationBenchmark {
  /// What is timed.
  public enum Operation {
    /// `[512, 512] · [512, 512]`
    MATMUL(List.of(Shape.of(512, 512), Shape.of(512, 512)), x -> x.get(0).matmul(x.get(1))),
    /// `[512, 4096] · [512, 4096]ᵀ` of one operand with itself
    GRAM(List.of(Shape.of(512, 4096)), x -> x.get(0).matmul(x.get(0).transpose())),
    /// 64 products `[64, 64] · [64, 64]`
    BATCHED(
        List.of(Shape.of(64, 64, 64), Shape.of(64, 64, 64)),
        x -> Functions.einsum("bij,bjk->bik", x.get(0), x.get(1))),
    /// images `[16, 32, 32, 64]`, windows 3 × 3, 64 channels
    CONVOLUTION(
        List.of(Shape.of(16, 32, 32, 64), Shape.of(3, 3, 64, 64)),
        x -> x.get(0).conv(x.get(1)).padding(Padding.SAME).value()),
    /// `x y + z` on 4 million elements
    MULTIPLY_ADD(
        List.of(Shape.of(4, 1 << 20), Shape.of(4, 1 << 20), Shape.of(1 << 20)),
        x -> x.get(0).mul(x.get(1)).add(x.get(2))),
    /// GELU on a million elements
    GELU(List.of(Shape.of(1 << 20)), x -> Functions.gelu(x.get(0))),
    /// softmax over rows of 256
    SOFTMAX(List.of(Shape.of(4096, 256)), x -> Functions.softmax(x.get(0), -1)),
    /// normalization of rows of 256
    LAYER_NORM(
        List.of(Shape.of(4096, 256), Shape.of(256), Shape.of(256)),
        x -> Functions.layerNorm(x.get(0), x.get(1), x.get(2), 1e-5, -1)),
    /// `[2048, 2048]` with its axes swapped
    TRANSPOSE(List.of(Shape.of(2048, 2048)), x -> x.get(0).transpose()),
    /// sums over columns of `[4096, 1024]`
    COLUMN_SUMS(List.of(Shape.of(4096, 1024)), x -> x.get(0).sum(0));

    private final List<Shape> shapes;
    private final Function<List<Value>, Value> body;

    Operation(List<Shape> shapes, Function<List<Value>, Value> body) {
      this.shapes = shapes;
      this.body = body;
    }
  }

  /// What is timed.
  @Param public Operation operation;

  private List<Tensor> arguments = List.of();
  private Program program;
  private Optional<CompiledFunction> compiled = Optional.empty();

  /// Draws the operands, and compiles the program if there is an engine.
  @Setup(Level.Trial)
  public void prepare() {
    List<Tensor> drawn = new ArrayList<>();
    for (Shape shape : operation.shapes) {
      drawn.add(RandomKey.of(drawn.size()).normal(DType.F32, shape));
    }
    arguments = List.copyOf(drawn);
    Tree<Aval> avals = Tree.leaves(arguments).map(x -> new Aval(x.dtype(), x.shape()));
    program =
        Trace.program(
                avals, Tree.list(List.of()), (x, _) -> Tree.of(operation.body.apply(x.leaves())))
            .program();
    compiled = Engine.find().map(engine -> engine.compile(program));
  }

  /// Releases it.
  @TearDown(Level.Trial)
  public void release() {
    compiled.ifPresent(CompiledFunction::close);
  }

  /// One run.
  @Benchmark
  public List<Tensor> run() {
    return compiled.isPresent() ? compiled.get().run(arguments) : Evaluator.run(program, arguments);
  }
}
