package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.autodiff.Batch;
import org.ntk4j.autodiff.Batched;
import org.ntk4j.autodiff.Derivatives;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.op.StopGradient;
import org.ntk4j.ir.op.While;
import org.ntk4j.ir.text.Parser;
import org.ntk4j.ir.text.Printer;

/// What holds for every primitive, checked on every sample.
class PrimitiveContractTest {
  private static final long SEED = Long.getLong("ntk.seed", 7);

  static List<Sample> samples() {
    return PrimitiveSamples.all();
  }

  static Stream<Sample> withTangents() {
    return samples().stream()
        .filter(s -> s.program().inputAvals().stream().anyMatch(Aval::isFloating))
        .filter(s -> s.program().outputAvals().stream().anyMatch(Aval::isFloating));
  }

  @Test
  void everyPrimitiveHasASample() {
    Set<String> missing = new TreeSet<>();
    leaves(Primitive.class).forEach(leaf -> missing.add(leaf.getSimpleName()));
    samples().forEach(s -> missing.remove(s.op().getClass().getSimpleName()));
    assertEquals(Set.of(), missing);
  }

  @Test
  void every_row_of_an_enum_parameter_has_a_sample() throws ReflectiveOperationException {
    Set<Object> seen = new HashSet<>();
    for (Sample s : samples()) {
      for (RecordComponent c : s.op().getClass().getRecordComponents()) {
        seen.add(List.of(s.op().getClass(), c.getAccessor().invoke(s.op())));
      }
    }
    for (Class<?> leaf : leaves(Primitive.class).toList()) {
      for (RecordComponent c : leaf.getRecordComponents()) {
        if (c.getType().isEnum() && c.getType() != DType.class) {
          for (Object row : c.getType().getEnumConstants()) {
            assertTrue(seen.contains(List.of(leaf, row)), leaf.getSimpleName() + " of " + row);
          }
        }
      }
    }
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(PrimitiveContractTest::leaves)
        : Stream.of(type);
  }

  @Test
  void sample_names_are_unique() {
    List<String> names = samples().stream().map(Sample::name).toList();
    List<String> repeated =
        names.stream().filter(n -> Collections.frequency(names, n) > 1).distinct().toList();
    assertEquals(List.of(), repeated);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void results_have_the_avals_that_were_promised(Sample s) {
    List<Tensor> y = Evaluator.run(s.program(), s.values(SEED));
    assertEquals(
        s.op().resultAvals(s.avals()),
        y.stream().map(t -> new Aval(t.dtype(), t.shape())).toList());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void the_text_parses_back(Sample s) {
    String text = Printer.print(s.program());
    assertEquals(text, Printer.print(Parser.parse(text)));
  }

  @ParameterizedTest
  @MethodSource("withTangents")
  void jvp_is_the_limit_of_differences(Sample s) {
    jvpIsTheLimitOfDifferences(s.program(), s.values(SEED), s.op() instanceof StopGradient);
  }

  @ParameterizedTest
  @MethodSource("withTangents")
  void vjp_is_the_adjoint_of_jvp(Sample s) {
    if (s.op() instanceof While) {
      assertThrows(IllegalArgumentException.class, () -> Derivatives.vjp(s.program()));
    } else {
      vjpIsTheAdjointOfJvp(s.program(), s.values(SEED));
    }
  }

  @ParameterizedTest
  @MethodSource("withTangents")
  void derivatives_have_derivatives(Sample s) {
    Program p = s.program();
    List<Tensor> xDot = tangents(floating(p.inputAvals()), SEED + 3);
    List<Tensor> yBar = tangents(floating(p.outputAvals()), SEED + 4);
    boolean still = s.op() instanceof StopGradient;
    Program forward = Derivatives.jvp(p);
    jvpIsTheLimitOfDifferences(forward, concat(s.values(SEED), xDot), still);
    if (!(s.op() instanceof While)) {
      Program backward = Derivatives.vjp(p);
      jvpIsTheLimitOfDifferences(backward, concat(s.values(SEED), yBar), still);
      vjpIsTheAdjointOfJvp(backward, concat(s.values(SEED), yBar));
      vjpIsTheAdjointOfJvp(forward, concat(s.values(SEED), xDot));
    }
  }

  /// @param still whether tangents are zero by definition
  private static void jvpIsTheLimitOfDifferences(Program p, List<Tensor> x, boolean still) {
    List<Tensor> xDot = tangents(floating(p.inputAvals()), SEED + 1);
    List<Tensor> out = Evaluator.run(Derivatives.jvp(p), concat(x, xDot));
    List<Tensor> yDot = out.subList(p.outputs().size(), out.size());
    double step = isSingle(p) ? 1e-2 : 1e-5;
    List<Tensor> up = floatingOf(Evaluator.run(p, moved(x, xDot, step)));
    List<Tensor> down = floatingOf(Evaluator.run(p, moved(x, xDot, -step)));
    for (int k = 0; k < yDot.size(); k++) {
      double[] expected = new double[(int) yDot.get(k).size()];
      for (int i = 0; i < expected.length; i++) {
        double above = up.get(k).getDouble(i);
        double below = down.get(k).getDouble(i);
        // Infinities do not move: a window of padding only.
        expected[i] = above == below || still ? 0 : (above - below) / (2 * step);
      }
      assertClose(expected, yDot.get(k).toDoubles(), isSingle(p) ? 1e-3 : 1e-6);
    }
  }

  private static void vjpIsTheAdjointOfJvp(Program p, List<Tensor> x) {
    List<Tensor> xDot = tangents(floating(p.inputAvals()), SEED + 1);
    List<Tensor> yBar = tangents(floating(p.outputAvals()), SEED + 2);
    int outputs = p.outputs().size();
    List<Tensor> forward = Evaluator.run(Derivatives.jvp(p), concat(x, xDot));
    List<Tensor> backward = Evaluator.run(Derivatives.vjp(p), concat(x, yBar));
    double left = dot(yBar, forward.subList(outputs, forward.size()));
    double right = dot(xDot, backward.subList(outputs, backward.size()));
    assertEquals(left, right, (isSingle(p) ? 1e-5 : 1e-10) * (1 + Math.abs(left)));
  }

  private static boolean isSingle(Program p) {
    return Stream.concat(p.inputAvals().stream(), p.outputAvals().stream())
        .anyMatch(a -> a.dtype() == DType.F32);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void a_batch_is_a_loop(Sample s) {
    int operands = s.operands().size();
    List<List<Boolean>> choices = new ArrayList<>(List.of(Collections.nCopies(operands, true)));
    for (int i = 0; i < operands; i++) {
      int only = i;
      choices.add(IntStream.range(0, operands).mapToObj(k -> k == only).toList());
    }
    choices.stream().distinct().forEach(batched -> batchIsALoop(s, batched));
  }

  private static void batchIsALoop(Sample s, List<Boolean> batched) {
    Program p = s.program();
    int size = 3;
    List<List<Tensor>> examples = new ArrayList<>();
    for (int n = 0; n < size; n++) {
      List<Tensor> own = s.values(SEED + n);
      List<Tensor> shared = s.values(SEED);
      examples.add(
          IntStream.range(0, own.size())
              .mapToObj(i -> batched.get(i) ? own.get(i) : shared.get(i))
              .toList());
    }
    List<Tensor> in =
        IntStream.range(0, batched.size())
            .mapToObj(i ->
                batched.get(i)
                    ? stack(examples.stream().map(e -> e.get(i)).toList())
                    : examples.getFirst().get(i))
            .toList();
    Batched b = Batch.of(p, size, batched);
    List<Tensor> out = Evaluator.run(b.program(), in);
    for (int n = 0; n < size; n++) {
      List<Tensor> expected = Evaluator.run(p, examples.get(n));
      for (int k = 0; k < expected.size(); k++) {
        Tensor y = expected.get(k);
        Tensor got =
            b.outBatched().get(k) ? out.get(k).slice(n, n + 1).reshape(y.shape()) : out.get(k);
        assertEquals(y.dtype(), got.dtype());
        assertClose(y.toDoubles(), got.toDoubles(), 1e-12);
      }
    }
  }

  private static Tensor stack(List<Tensor> parts) {
    Tensor first = parts.getFirst();
    Shape shape = first.shape().insert(0, parts.size());
    Tensor all = Tensor.zeros(first.dtype(), shape);
    for (int n = 0; n < parts.size(); n++) {
      for (long i = 0; i < first.size(); i++) {
        if (first.dtype().isFloating()) {
          all.setDouble(n * first.size() + i, parts.get(n).getDouble(i));
        } else {
          all.setLong(n * first.size() + i, parts.get(n).getLong(i));
        }
      }
    }
    return all;
  }

  private static List<Aval> floating(List<Aval> avals) {
    return avals.stream().filter(Aval::isFloating).toList();
  }

  private static List<Tensor> floatingOf(List<Tensor> values) {
    return values.stream().filter(t -> t.dtype().isFloating()).toList();
  }

  private static List<Tensor> tangents(List<Aval> avals, long seed) {
    Random random = new Random(seed);
    return avals.stream().map(a -> Values.any(a, random)).toList();
  }

  private static List<Tensor> concat(List<Tensor> a, List<Tensor> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  /// `x + step * xDot`, where there is a tangent.
  private static List<Tensor> moved(List<Tensor> x, List<Tensor> xDot, double step) {
    List<Tensor> result = new ArrayList<>();
    int next = 0;
    for (Tensor t : x) {
      Tensor copy = t.copy();
      if (t.dtype().isFloating()) {
        Tensor direction = xDot.get(next++);
        for (long i = 0; i < t.size(); i++) {
          copy.setDouble(i, t.getDouble(i) + step * direction.getDouble(i));
        }
      }
      result.add(copy);
    }
    return result;
  }

  private static double dot(List<Tensor> a, List<Tensor> b) {
    double sum = 0;
    for (int k = 0; k < a.size(); k++) {
      for (long i = 0; i < a.get(k).size(); i++) {
        sum += a.get(k).getDouble(i) * b.get(k).getDouble(i);
      }
    }
    return sum;
  }

  private static void assertClose(double[] expected, double[] actual, double tolerance) {
    double scale = 1 + Arrays.stream(expected).map(Math::abs).max().orElse(0);
    assertArrayEquals(expected, actual, tolerance * scale);
  }
}
