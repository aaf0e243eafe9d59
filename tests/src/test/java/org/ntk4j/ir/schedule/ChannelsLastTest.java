package org.ntk4j.ir.schedule;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.pass.Verify;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.tests.ImageNetworks;
import org.ntk4j.tests.PrimitiveSamples;
import org.ntk4j.tests.RandomNetwork;
import org.ntk4j.tests.Sample;

/// Programs with channels first compute the same with channels last, and move nothing between.
class ChannelsLastTest {
  static Stream<Sample> samples() {
    return PrimitiveSamples.all().stream();
  }

  /// Every primitive, each of its operands and results that can be one being images.
  @ParameterizedTest
  @MethodSource("samples")
  void a_primitive_between_convolutions_is_itself(Sample sample) {
    Builder b = new Builder();
    List<Var> inputs = new ArrayList<>(sample.avals().stream().map(Var::new).toList());
    List<Tensor> arguments = new ArrayList<>(sample.values(1));
    List<Atom> operands = new ArrayList<>();
    for (Var v : List.copyOf(inputs)) {
      operands.add(convolved(b, v, inputs, arguments));
    }
    List<Atom> results = new ArrayList<>();
    for (Var v : b.emitAll(sample.op(), operands)) {
      results.add(convolved(b, v, inputs, arguments));
    }
    assertLowered(b.build(inputs, results), arguments);
  }

  /// `v` convolved with ones, channel by channel; `v` if it is no floating-point image.
  private static Atom convolved(Builder b, Var v, List<Var> inputs, List<Tensor> arguments) {
    Aval x = v.aval();
    if (!x.isFloating() || x.rank() < 3 || x.rank() > 5 || x.size() == 0) {
      return v;
    }
    List<Long> dims = new ArrayList<>(Collections.nCopies(x.rank(), 1L));
    dims.set(0, x.dim(1));
    Var w = new Var(x.withShape(Shape.of(dims)));
    Tensor ones = Tensor.zeros(x.dtype(), w.aval().shape());
    for (long i = 0; i < ones.size(); i++) {
      ones.setDouble(i, 1);
    }
    inputs.add(w);
    arguments.add(ones);
    Conv conv = Conv.of(ConvDims.channelsFirst(x.rank() - 2)).withGroups(x.dim(1), 1);
    return b.emitAll(conv, List.of(v, w)).getFirst();
  }

  @Provide
  Arbitrary<List<Integer>> numbers() {
    return Arbitraries.integers()
        .between(0, 999)
        .withDistribution(RandomDistribution.uniform())
        .withoutEdgeCases()
        .list()
        .ofMaxSize(60)
        .withSizeDistribution(RandomDistribution.uniform());
  }

  /// Random networks whose examples come from a convolution, if they have axes enough.
  @Property(tries = 200)
  void a_kernel_behind_a_convolution_is_itself(@ForAll("numbers") List<Integer> numbers) {
    RandomNetwork network = new RandomNetwork(numbers);
    RandomNetwork.Shapes shapes = network.shapes();
    int rank = shapes.example().rank() + 1;
    if (rank < 3) {
      return;
    }
    List<Tree<Aval>> params = new ArrayList<>();
    shapes.parameters().forEach(s -> params.add(Tree.of(new Aval(DType.F64, s))));
    List<Long> dims = new ArrayList<>(Collections.nCopies(rank, 1L));
    dims.set(0, shapes.example().dim(0));
    dims.set(1, shapes.example().dim(0));
    params.add(Tree.of(new Aval(DType.F64, Shape.of(dims))));
    Aval x = new Aval(DType.F64, Shape.of(3).concat(shapes.example()));
    Program kernel =
        Ntk.of((p, in) ->
                network.apply(
                    Tree.list(p.leaves().stream().limit(params.size() - 1L).map(Tree::of).toList()),
                    Tree.of(
                        in.leaves().getFirst().conv(p.leaves().getLast()).channelsFirst().value())))
            .traceAxes()
            .implementation(
                numbers.size() % 2 == 0
                    ? Implementation.STRUCTURED_DERIVATIVES
                    : Implementation.JACOBIAN_CONTRACTION)
            .build()
            .program(Tree.of(x), Tree.list(params));
    assertLowered(kernel, normal(kernel, numbers.hashCode()));
  }

  @ParameterizedTest
  @EnumSource(ImageNetworks.class)
  void no_more_values_are_stored_than_in_the_order_that_is_written(ImageNetworks network) {
    for (Implementation implementation : Implementation.values()) {
      Program p = network.kernel(DType.F64, true, implementation);
      assertLowered(p, normal(p, 1));
      Schedule moved = Lowering.lower(p, Layout.CHANNELS_LAST);
      Schedule written = Lowering.lower(p);
      assertTrue(bytes(moved) <= bytes(written), "bytes by " + implementation);
      assertTrue(moved.buffers().size() <= written.buffers().size(), "buffers");
    }
  }

  private static long bytes(Schedule s) {
    return MemoryPlan.of(s, _ -> 0).arenaBytes();
  }

  /// Inputs of the program are the only images that a convolution reads in another order.
  @ParameterizedTest
  @EnumSource(ImageNetworks.class)
  void channels_of_images_follow_one_another(ImageNetworks network) {
    for (Implementation implementation : Implementation.values()) {
      Program p = network.kernel(DType.F32, true, implementation);
      Schedule s = Lowering.lower(p, Layout.CHANNELS_LAST);
      int images = s.inputs().getLast();
      for (Step step : s.steps()) {
        if (step instanceof Step.Convolution c) {
          ConvForm form = ConvForms.of(c.op(), c.x(), c.w(), c.y()).orElseThrow();
          boolean given = form.x().buffer() == images;
          assertTrue(given || isChannelsLast(form.problem().x()), c::toString);
          assertTrue(isChannelsLast(form.problem().y()), c::toString);
        }
      }
    }
  }

  /// Channels of their own groups are pieces.
  private static boolean isChannelsLast(ConvProblem.Image image) {
    return image.channel() == 1 || image.pieces().contains(1L) || image.group() == 1;
  }

  @Test
  void a_program_with_channels_last_stays_as_it_is() {
    for (ImageNetworks network : ImageNetworks.values()) {
      for (Implementation implementation : Implementation.values()) {
        Program p = Flatten.of(network.kernel(DType.F32, false, implementation));
        assertSame(p, ChannelsLast.of(p));
      }
    }
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
    Verify.check(ChannelsLast.of(Flatten.of(p)), "channels last");
    List<Tensor> expected = Evaluator.run(p, arguments);
    Schedule s = Lowering.lower(p, Layout.CHANNELS_LAST);
    List<Tensor> actual = new ScheduleInterpreter().run(s, arguments);
    for (int k = 0; k < expected.size(); k++) {
      LoweringTest.assertClose(expected.get(k).toDoubles(), actual.get(k).toDoubles(), p);
    }
  }
}
