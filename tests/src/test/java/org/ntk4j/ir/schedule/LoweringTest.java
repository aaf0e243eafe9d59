package org.ntk4j.ir.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.text.Parser;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.tests.PrimitiveSamples;
import org.ntk4j.tests.RandomNetwork;
import org.ntk4j.tests.Sample;

/// A schedule computes what its program does.
class LoweringTest {
  static Stream<Sample> samples() {
    return PrimitiveSamples.all().stream();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void a_primitive_lowered_is_itself(Sample sample) {
    assertLowered(sample.program(), sample.values(1));
  }

  @Provide
  Arbitrary<List<Integer>> numbers() {
    return RandomNetwork.anyNumbers(60);
  }

  @Property(tries = 300)
  void a_kernel_lowered_is_itself(@ForAll("numbers") List<Integer> numbers) {
    RandomNetwork network = new RandomNetwork(numbers);
    RandomNetwork.Shapes shapes = network.shapes();
    List<Tree<Aval>> parameters =
        shapes.parameters().stream().map(s -> Tree.of(new Aval(DType.F64, s))).toList();
    Aval x = new Aval(DType.F64, Shape.of(3).concat(shapes.example()));
    Implementation implementation =
        numbers.size() % 2 == 0
            ? Implementation.STRUCTURED_DERIVATIVES
            : Implementation.JACOBIAN_CONTRACTION;
    Ntk ntk = Ntk.of(network).traceAxes().implementation(implementation).build();
    Program kernel = ntk.program(Tree.of(x), Tree.list(parameters));
    assertLowered(kernel, normal(kernel, numbers.hashCode()));
  }

  @Test
  void values_that_are_read_once_are_not_stored() {
    Program p =
        Parser.parse(
            """
            program(a:f32[4,8], b:f32[8]) {
              c:f32[4,8] = broadcast[shape=[4,8] axes=[1]] b
              d:f32[4,8] = add a c
              e:f32[4,8] = tanh d
              f:f32[4] = reduce_sum[axes=[1]] e
              return f
            }
            """);
    Schedule s = Lowering.lower(p);
    assertEquals(3, s.buffers().size(), "buffers");
    assertEquals(2, s.steps().size(), "a fill and a nest");
  }

  @Test
  void an_intermediate_value_of_a_nest_that_nobody_else_reads_is_not_stored() {
    Program p =
        Parser.parse(
            """
            program(a:f32[4,8], b:f32[4,8]) {
              c:f32[4,8] = mul a b
              d:f32[4,8] = tanh c
              e:f32[4,8] = mul d d
              return d, e
            }
            """);
    Schedule s = Lowering.lower(p);
    assertEquals(4, s.buffers().size(), "buffers");
    assertEquals(1, s.steps().size(), "nests");
  }

  @Test
  void transposes_and_reshapes_of_factors_are_strides() {
    Program p =
        Parser.parse(
            """
            program(a:f32[4,6,8], b:f32[8,5]) {
              c:f32[8,4,6] = transpose[permutation=[2,0,1]] a
              d:f32[8,24] = reshape[shape=[8,24]] c
              e:f32[24,5] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[0] rhsContract=[0]] d b
              return e
            }
            """);
    Schedule s = Lowering.lower(p);
    assertTrue(
        s.steps().size() == 1 && s.steps().getFirst() instanceof Step.Product, s.steps()::toString);
  }

  /// What a product sees through strides is stored as it sees it, not as it is permuted to.
  @Test
  void a_result_seen_through_a_permuted_reshape_stays_where_it_is() {
    Program p =
        Parser.parse(
            """
            program(a:f64[5,4], b:f64[4,6]) {
              c:f64[5,6] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[0]] a b
              d:f64[5,2,3] = reshape[shape=[5,2,3]] c
              e:f64[2,5,3] = transpose[permutation=[1,0,2]] d
              f:f64[5,5] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[0,2] rhsContract=[0,2]] e e
              return f
            }
            """);
    assertLowered(p, normal(p, 1));
    assertEquals(2, Lowering.lower(p).steps().size(), "products");
  }

  private static Program gram(int rows) {
    return Parser.parse(
        """
        program(a:f64[2,3,ROWS]) {
          b:f64[2,ROWS,2,ROWS] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[1]] a a
          return b
        }
        """
            .replace("ROWS", Integer.toString(rows)));
  }

  /// The rows are those of two matrices, which are not one matrix where they are: half of the
  /// product is left out if they are copied, which is not worth it for few.
  @Test
  void many_rows_are_copied_if_only_then_a_product_is_symmetric() {
    for (int rows : new int[] {63, 64}) {
      Program p = gram(rows);
      assertLowered(p, normal(p, 1));
      Step last = Lowering.lower(p).steps().getLast();
      assertEquals(rows == 64, ((Step.Product) last).product().symmetric(), last::toString);
    }
  }

  /// Matrix (i, j) times the transpose of matrix (j, i): only where i is j is that symmetric.
  @Test
  void a_product_of_one_value_whose_batch_axes_cross_is_not_symmetric() {
    Program p =
        Parser.parse(
            """
            program(a:f64[3,3,7,5]) {
              b:f64[3,3,7,7] = contract[lhsBatch=[0,1] rhsBatch=[1,0] lhsContract=[3] rhsContract=[3]] a a
              return b
            }
            """);
    assertLowered(p, normal(p, 1));
  }

  private static List<Tensor> normal(Program p, long seed) {
    List<Tensor> arguments = new ArrayList<>();
    for (Aval aval : p.inputAvals()) {
      RandomKey key = RandomKey.of(seed).fold(arguments.size());
      arguments.add(key.normal(aval.dtype(), aval.shape()));
    }
    return arguments;
  }

  private static void assertLowered(Program p, List<Tensor> arguments) {
    List<Tensor> expected = Evaluator.run(p, arguments);
    List<Tensor> actual = new ScheduleInterpreter().run(Lowering.lower(p), arguments);
    for (int k = 0; k < expected.size(); k++) {
      assertClose(expected.get(k).toDoubles(), actual.get(k).toDoubles(), p);
    }
  }

  static void assertClose(double[] expected, double[] actual, Program p) {
    assertEquals(expected.length, actual.length);
    double scale = 0;
    for (double x : expected) {
      scale = Double.isFinite(x) ? Math.max(scale, Math.abs(x)) : scale;
    }
    for (int i = 0; i < expected.length; i++) {
      boolean same = Double.compare(expected[i], actual[i]) == 0;
      boolean close = Math.abs(expected[i] - actual[i]) <= 1e-6 * scale;
      double e = expected[i];
      double a = actual[i];
      assertTrue(same || close, () -> "expected " + e + ", got " + a + " from\n" + p);
    }
  }
}
