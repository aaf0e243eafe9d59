package org.ntk4j.cpu.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.eval.PrimitiveEvaluator;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.schedule.ConvForm;
import org.ntk4j.ir.schedule.ConvForms;
import org.ntk4j.ir.schedule.ConvProblem.Kind;
import org.ntk4j.ir.schedule.View;
import org.ntk4j.ir.schedule.View.Digit;

class ConvFormsTest {
  private static final int BYTES = 8;

  /// A convolution with operands that it accepts.
  private record Case(Conv op, Shape x, Shape w, Shape y) {
    static Case random(Random random) {
      int spatial = 1 + random.nextInt(2);
      List<Long> sizes = new ArrayList<>();
      IntStream.range(0, spatial).forEach(_ -> sizes.add(1L + random.nextInt(6)));
      List<Long> taps = new ArrayList<>();
      IntStream.range(0, spatial).forEach(_ -> taps.add(1L + random.nextInt(4)));
      long feature = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
      long batch = feature == 1 && random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
      long in = 1 + random.nextInt(4);
      long out = 1 + random.nextInt(6);
      long n = 1 + random.nextInt(4);
      ConvDims dims = dims(random, spatial);
      Conv op =
          new Conv(
              dims,
              list(random, spatial, 1, random.nextBoolean() ? 1 : 2),
              list(random, spatial, -1, 3),
              list(random, spatial, -1, 3),
              list(random, spatial, 1, random.nextBoolean() ? 1 : 3),
              list(random, spatial, 1, 2),
              feature,
              batch);
      Shape x =
          shape(dims.xBatch(), n * batch, dims.xFeature(), in * feature, dims.xSpatial(), sizes);
      Shape w = shape(dims.wIn(), in, dims.wOut(), out * feature * batch, dims.wSpatial(), taps);
      Aval y = op.resultAvals(List.of(new Aval(DType.F64, x), new Aval(DType.F64, w))).getFirst();
      return new Case(op, x, w, y.shape());
    }

    private static ConvDims dims(Random random, int spatial) {
      List<List<Integer>> orders = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, spatial + 2).boxed().toList());
        Collections.shuffle(order, random);
        orders.add(order);
      }
      List<Integer> x = orders.get(0);
      List<Integer> w = orders.get(1);
      List<Integer> y = orders.get(2);
      int end = spatial + 2;
      return new ConvDims(
          x.get(0),
          x.get(1),
          x.subList(2, end),
          w.get(0),
          w.get(1),
          w.subList(2, end),
          y.get(0),
          y.get(1),
          y.subList(2, end));
    }

    private static List<Long> list(Random random, int size, int least, int most) {
      return IntStream.range(0, size)
          .mapToObj(_ -> (long) random.nextInt(least, most + 1))
          .toList();
    }

    private static Shape shape(
        int first,
        long firstSize,
        int second,
        long secondSize,
        List<Integer> axes,
        List<Long> sizes) {
      Long[] dims = new Long[axes.size() + 2];
      dims[first] = firstSize;
      dims[second] = secondSize;
      for (int k = 0; k < axes.size(); k++) {
        dims[axes.get(k)] = sizes.get(k);
      }
      return Shape.of(List.of(dims));
    }
  }

  /// An array in memory in a random order of the digits of its axes.
  private static View view(Random random, int buffer, Shape shape, List<Integer> whole) {
    List<List<Long>> extents = new ArrayList<>();
    List<int[]> order = new ArrayList<>();
    for (int k = 0; k < shape.rank(); k++) {
      List<Long> digits = new ArrayList<>();
      long n = shape.dim(k);
      if (n % 2 == 0 && n > 2 && !whole.contains(k) && random.nextInt(3) == 0) {
        digits.add(n / 2);
        digits.add(2L);
      } else if (n != 1) {
        digits.add(n);
      }
      for (int d = 0; d < digits.size(); d++) {
        order.add(new int[] {k, d});
      }
      extents.add(digits);
    }
    if (random.nextBoolean()) {
      Collections.shuffle(order, random);
    }
    List<List<Digit>> axes = new ArrayList<>();
    extents.forEach(
        digits -> axes.add(new ArrayList<>(Collections.nCopies(digits.size(), new Digit(1, 0)))));
    long stride = 1;
    for (int[] at : order.reversed()) {
      long extent = extents.get(at[0]).get(at[1]);
      axes.get(at[0]).set(at[1], new Digit(extent, stride));
      stride *= extent;
    }
    return new View(buffer, DType.F64, 0, axes);
  }

  /// Where element number `index` of a view is.
  private static long place(View view, Shape shape, long index) {
    long at = 0;
    long rest = index;
    for (int k = shape.rank() - 1; k >= 0; k--) {
      long i = rest % shape.dim(k);
      rest /= shape.dim(k);
      for (Digit d : view.axes().get(k).reversed()) {
        at += i % d.extent() * d.stride();
        i /= d.extent();
      }
    }
    return at;
  }

  private static long stored(Arena arena, View view, Shape shape, double[] values) {
    long address = Memory.bytes(arena, (long) values.length * BYTES);
    for (int i = 0; i < values.length; i++) {
      Raw.set(DType.F64, address, place(view, shape, i), values[i]);
    }
    return address;
  }

  @Test
  void every_form_computes_what_the_evaluator_does() {
    Random random = new Random(1);
    Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    int without = 0;
    try (Workers workers = new Workers(2)) {
      for (int trial = 0; trial < 1500; trial++) {
        Case c = Case.random(random);
        if (c.y().size() > 0) {
          Optional<ConvForm> form = check(random, workers, c);
          form.ifPresent(f -> counts.merge(f.problem().kind(), 1, Integer::sum));
          without += form.isEmpty() ? 1 : 0;
        }
      }
    }
    for (Kind kind : Kind.values()) {
      assertTrue(counts.getOrDefault(kind, 0) > 100, "forms found: " + counts);
    }
    assertTrue(without < 400, without + " without a form; " + counts);
  }

  private static Optional<ConvForm> check(Random random, Workers workers, Case c) {
    View x = view(random, 0, c.x(), c.op().dims().xSpatial());
    View w = view(random, 1, c.w(), c.op().dims().wSpatial());
    View y = view(random, 2, c.y(), c.op().dims().ySpatial());
    Optional<ConvForm> form = ConvForms.of(c.op(), x, w, y);
    if (form.isEmpty()) {
      return form;
    }
    double[] xs = Memory.random(random, c.x().size());
    double[] ws = Memory.random(random, c.w().size());
    try (Arena arena = Arena.ofConfined();
        TensorScope scope = TensorScope.open();
        PreparedConv conv = Convolutions.prepare(form.get().problem())) {
      Tensor expected = scope.allocate(DType.F64, c.y());
      PrimitiveEvaluator.apply(
          c.op(),
          List.of(Tensor.of(xs, dims(c.x())), Tensor.of(ws, dims(c.w()))),
          List.of(expected),
          scope);
      long to = Memory.bytes(arena, c.y().size() * BYTES);
      List<Long> buffers = List.of(stored(arena, x, c.x(), xs), stored(arena, w, c.w(), ws), to);
      long scratch = Memory.bytes(arena, conv.scratchBytes(workers.threads()));
      conv.run(
          workers,
          address(buffers, form.get().x()),
          address(buffers, form.get().w()),
          address(buffers, form.get().y()),
          scratch);
      for (int i = 0; i < c.y().size(); i++) {
        double found = Raw.get(DType.F64, to, place(y, c.y(), i));
        assertEquals(expected.getDouble(i), found, 1e-9, () -> c + "\n" + form.get());
      }
    }
    return form;
  }

  private static long[] dims(Shape shape) {
    return shape.dims().stream().mapToLong(Long::longValue).toArray();
  }

  private static long address(List<Long> buffers, ConvForm.Place place) {
    return buffers.get(place.buffer()) + place.offset() * BYTES;
  }

  /// The gradients by the filter for each of 3 examples, as the batched adjoint of a strided
  /// convolution has them: a group of features for each example.
  @Test
  void gradients_by_the_filter_for_each_example_are_pieces() {
    // x[8, 8, example 3, in 5], cotangent [1, 4, 4, example 3 · out 6], gradient [3, 3, 5, 3 · 6].
    ConvDims dims = new ConvDims(3, 2, List.of(0, 1), 0, 3, List.of(1, 2), 2, 3, List.of(0, 1));
    Conv op =
        Conv.of(dims)
            .withPadding(List.of(1L, 1L), List.of(0L, 0L))
            .withDilation(List.of(1L, 1L), List.of(2L, 2L))
            .withGroups(3, 1);
    View x = View.rowMajor(0, DType.F32, Shape.of(8, 8, 3, 5));
    View w = View.rowMajor(1, DType.F32, Shape.of(1, 4, 4, 18));
    View y = View.rowMajor(2, DType.F32, Shape.of(3, 3, 5, 18));
    ConvForm form = ConvForms.of(op, x, w, y).orElseThrow();
    assertEquals(Kind.WEIGHT_GRADIENT, form.problem().kind());
    assertEquals(3, form.problem().groups());
    assertEquals(5, form.problem().in());
    assertEquals(6, form.problem().out());
    assertEquals(List.of(2L, 2L), form.problem().strides());
    assertEquals(List.of(3L, 3L), form.problem().kernel());
  }
}
