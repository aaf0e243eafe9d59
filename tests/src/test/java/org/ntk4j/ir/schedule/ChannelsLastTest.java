package org.ntk4j.ir.schedule;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
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
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.Extremum;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.ReduceProd;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowExtremum;
import org.ntk4j.ir.op.WindowSum;
import org.ntk4j.ir.pass.Verify;
import org.ntk4j.ir.text.Parser;
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

  static Stream<Primitive> ofOneImage() {
    List<Long> windows = List.of(1L, 2L, 3L, 1L);
    Window window =
        new Window(
            windows, List.of(1L, 1L, 2L, 3L), windows, List.of(0L, 0L, 1L, 2L), windows, windows);
    return Stream.of(
        new Slice(List.of(0L, 1L, 2L, 0L), List.of(2L, 3L, 4L, 5L), List.of(1L, 1L, 1L, 2L)),
        new Reverse(List.of(1, 3)),
        new WindowSum(window),
        new WindowExtremum(Extremum.MAX, window),
        new ReduceSum(List.of(0, 2)),
        new ReduceProd(List.of(3)),
        new ReduceExtremum(Extremum.MIN, List.of(1)),
        new Transpose(List.of(3, 1, 0, 2)),
        new Broadcast(Shape.of(2, 7, 3, 4, 5), List.of(0, 2, 3, 4)),
        new Broadcast(Shape.of(2, 3, 4, 6, 5, 2), List.of(0, 1, 2, 4)),
        new Reshape(Shape.of(6, 4, 5)),
        new Reshape(Shape.of(2, 3, 20)),
        new Reshape(Shape.of(2, 12, 5)),
        new Reshape(Shape.of(1, 2, 3, 1, 2, 2, 5, 1)),
        new CumSum(1, false),
        new Contract(List.of(2), List.of(2), List.of(1, 3), List.of(1, 3)),
        new Concatenate(1),
        new Concatenate(3),
        new Binary(BinaryFn.MAX),
        new Pad(List.of(0L, 1L, 2L, -1L), List.of(3L, 0L, 0L, 1L), List.of(0L, 1L, 0L, 2L)));
  }

  @ParameterizedTest
  @MethodSource("ofOneImage")
  void any_axes_of_an_image_may_be_meant(Primitive op) {
    Aval x = Aval.of(DType.F64, 2, 3, 4, 5);
    Builder b = new Builder();
    List<Var> inputs = new ArrayList<>(List.of(new Var(x)));
    List<Tensor> arguments = new ArrayList<>(List.of(RandomKey.of(1).normal(x.dtype(), x.shape())));
    Atom image = convolved(b, inputs.getFirst(), inputs, arguments);
    List<Atom> operands =
        switch (op) {
          case Pad _ -> List.of(image, Literal.of(7, Aval.of(DType.F64)));
          case Concatenate _, Contract _, Elementwise _ -> List.of(image, image);
          case Multilinear _, PiecewiseConstant _, Nonlinear _, HigherOrder _ -> List.of(image);
        };
    Var result = b.emitAll(op, operands).getFirst();
    Atom again = convolved(b, result, inputs, arguments);
    assertLowered(b.build(inputs, List.of(result, again)), arguments);
  }

  /// `x`, which is an image, is the same for all passes of a loop, and in each branch.
  @Test
  void loops_and_branches_read_images() {
    Aval x = Aval.of(DType.F64, 2, 3, 4, 5);
    Var read = new Var(x);
    Var carried = new Var(x);
    Builder inner = new Builder();
    Var sum = inner.emitAll(new CumSum(1, false), List.of(read)).getFirst();
    Var next = inner.emitAll(new Add(), List.of(sum, carried)).getFirst();
    Program body = inner.build(List.of(read, carried), List.of(next));
    for (Primitive op : List.of(new Scan(body, 1, 1, 3, false), new Cond(List.of(body, body)))) {
      Builder b = new Builder();
      List<Var> inputs = new ArrayList<>(List.of(new Var(x)));
      Tensor values = RandomKey.of(1).normal(x.dtype(), x.shape());
      List<Tensor> arguments = new ArrayList<>(List.of(values));
      Atom image = convolved(b, inputs.getFirst(), inputs, arguments);
      List<Atom> operands = new ArrayList<>(List.of(image, image));
      if (op instanceof Cond) {
        operands.addFirst(Literal.of(1, Aval.of(DType.I32)));
      }
      assertLowered(b.build(inputs, b.emitAll(op, operands)), arguments);
    }
  }

  @Provide
  Arbitrary<List<Integer>> numbers() {
    return RandomNetwork.anyNumbers(60);
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

  /// Derivatives of batches broadcast such literals.
  @Test
  void a_literal_with_axes_is_broadcast_to_an_image() {
    Program p =
        Parser.parse(
            """
            program(x:f64[1,1,2], w:f64[1,1,1]) {
              y:f64[1,1,2] = conv[dims=(xBatch=0 xFeature=1 xSpatial=[2] wIn=1 wOut=0 wSpatial=[2]\
             yBatch=0 yFeature=1 ySpatial=[2]) strides=[1] padLo=[0] padHi=[0] lhsDilation=[1]\
             rhsDilation=[1] featureGroups=1 batchGroups=1] x w
              b:f64[1,1,2] = broadcast[shape=[1,1,2] axes=[1,2]] 3.0:f64[1,2]
              z:f64[1,1,2] = add y b
              return z
            }
            """);
    assertLowered(p, normal(p, 1));
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
