package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.autodiff.Batch;
import org.ntk4j.autodiff.Batched;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.pass.Passes;
import org.ntk4j.ir.pass.Verify;

/// A batched program is a loop over examples: every primitive, every choice of batched operands.
class BatchContractTest {
  private static final long SEED = Long.getLong("ntk.seed", 11);

  static Stream<Sample> samples() {
    return PrimitiveSamples.all().stream().filter(s -> !s.operands().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void batch_is_a_loop_over_examples(Sample s) {
    int operands = s.operands().size();
    for (int choice = 0; choice < 1 << operands; choice++) {
      int bits = choice;
      List<Boolean> batched =
          IntStream.range(0, operands).mapToObj(k -> (bits >> k & 1) == 1).toList();
      for (int size : new int[] {0, 1, 3}) {
        check(s, batched, size);
      }
    }
  }

  private static void check(Sample s, List<Boolean> batched, int size) {
    String where = "%s, batched %s, size %d, seed %d".formatted(s, batched, size, SEED);
    Program p = s.program();
    List<List<Tensor>> examples = IntStream.range(0, size).mapToObj(n -> example(s, n)).toList();
    List<Tensor> arguments = new ArrayList<>();
    for (int k = 0; k < batched.size(); k++) {
      int operand = k;
      arguments.add(
          batched.get(k)
              ? stack(examples.stream().map(x -> x.get(operand)).toList(), example(s, 0).get(k))
              : example(s, 0).get(k));
    }
    Batched mapped = Batch.of(p, size, batched);
    Verify.check(mapped.program(), "batch");
    List<Tensor> actual = Evaluator.run(mapped.program(), arguments);
    Program simple = Passes.standard().apply(mapped.program());
    List<Tensor> simplified = Evaluator.run(simple, arguments);
    for (int r = 0; r < actual.size(); r++) {
      assertClose(actual.get(r), simplified.get(r), where + ", simplified, result " + r);
    }
    for (int n = 0; n < size; n++) {
      List<Tensor> x = new ArrayList<>();
      for (int k = 0; k < batched.size(); k++) {
        x.add(examples.get(batched.get(k) ? n : 0).get(k));
      }
      List<Tensor> expected = Evaluator.run(p, x);
      for (int r = 0; r < expected.size(); r++) {
        Tensor y = actual.get(r);
        Tensor one =
            mapped.outBatched().get(r) ? y.slice(n, n + 1).reshape(y.shape().remove(0)) : y;
        assertClose(expected.get(r), one, where + ", example " + n + ", result " + r);
      }
    }
  }

  /// Values for example `n`; integers, such as indices and keys, differ too.
  private static List<Tensor> example(Sample s, int n) {
    List<Tensor> values = s.values(SEED + n);
    for (Tensor x : values) {
      if (x.dtype().isInteger()) {
        for (long i = 0; i < x.size(); i++) {
          x.setLong(i, x.getLong(i) + n);
        }
      }
    }
    return values;
  }

  private static Tensor stack(List<Tensor> examples, Tensor like) {
    Shape shape = like.shape().insert(0, examples.size());
    Tensor all = Tensor.zeros(like.dtype(), shape);
    for (int n = 0; n < examples.size(); n++) {
      Tensor x = examples.get(n);
      for (long i = 0; i < x.size(); i++) {
        long at = n * x.size() + i;
        if (x.dtype().isFloating()) {
          all.setDouble(at, x.getDouble(i));
        } else {
          all.setLong(at, x.getLong(i));
        }
      }
    }
    return all;
  }

  private static void assertClose(Tensor expected, Tensor actual, String where) {
    assertEquals(expected.dtype(), actual.dtype(), where);
    assertEquals(expected.shape(), actual.shape(), where);
    if (expected.dtype().isFloating()) {
      assertArrayEquals(expected.toDoubles(), actual.toDoubles(), 1e-9, where);
    } else {
      assertArrayEquals(expected.toLongs(), actual.toLongs(), where);
    }
  }
}
