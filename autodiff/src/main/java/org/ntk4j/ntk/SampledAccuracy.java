package org.ntk4j.ntk;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;

/// How far a kernel is from the same in `f64`, seen on a sample of its examples: `max |k - k64| /
/// max |k64|` over the entries between them.
///
/// @param rows examples of the first side that were compared
/// @param columns examples of the second side that were compared
/// @param difference the largest difference, relative to the largest entry of the sample; infinite
///   where one of the two is not a finite number and the other is, or differs
public record SampledAccuracy(long rows, long columns, double difference) {
  /// Compares some examples of `kernel`, spread evenly.
  ///
  /// @param kernel of `x1` and `x2`, with its examples on axes of their own
  /// @param exact gives the kernel of the same network in `f64`
  /// @param x1 the examples, along axis 0, in any precision; so are `x2` and `params`
  /// @param count examples of each side, at most
  /// @throws IllegalArgumentException if the kernel has no axes for its examples
  public static SampledAccuracy of(
      Kernel kernel,
      Ntk exact,
      Tree<Tensor> x1,
      Optional<Tree<Tensor>> x2,
      Tree<Tensor> params,
      int count) {
    checkAxes(kernel);
    List<Long> rows = spread(examples(x1), count);
    List<Long> columns = x2.map(x -> spread(examples(x), count)).orElse(rows);
    Tree<Tensor> first = x1.map(x -> wide(select(x, 0, rows)));
    Optional<Tree<Tensor>> second = x2.map(all -> all.map(x -> wide(select(x, 0, columns))));
    Tree<Tensor> exactParams = params.map(SampledAccuracy::wide);
    Kernel expected =
        second
            .map(x -> exact.compute(first, x, exactParams))
            .orElseGet(() -> exact.compute(first, exactParams));
    double largest = 0;
    double difference = 0;
    for (int k = 0; k < kernel.blocks().size(); k++) {
      KernelBlock block = kernel.blocks().get(k);
      Tensor sample = select(block.values(), block.axes().indexOf("n"), rows);
      double[] actual = select(sample, block.axes().indexOf("n'"), columns).toDoubles();
      double[] wanted = expected.blocks().get(k).values().toDoubles();
      for (int i = 0; i < wanted.length; i++) {
        largest = Double.isFinite(wanted[i]) ? Math.max(largest, Math.abs(wanted[i])) : largest;
        difference = Math.max(difference, difference(actual[i], wanted[i]));
      }
    }
    double relative = difference == 0 ? 0 : difference / largest;
    return new SampledAccuracy(rows.size(), columns.size(), relative);
  }

  private static void checkAxes(Kernel kernel) {
    for (KernelBlock block : kernel.blocks()) {
      if (!block.axes().containsAll(List.of("n", "n'"))) {
        throw new IllegalArgumentException(
            "the axes of the kernel are %s; expected n and n', to take a sample of the examples"
                .formatted(block.axes()));
      }
    }
  }

  private static double difference(double actual, double wanted) {
    boolean same = Double.compare(actual, wanted) == 0;
    boolean finite = Double.isFinite(actual) && Double.isFinite(wanted);
    return same ? 0 : finite ? Math.abs(actual - wanted) : Double.POSITIVE_INFINITY;
  }

  private static long examples(Tree<Tensor> x) {
    return x.leaves().getFirst().shape().dim(0);
  }

  /// `count` numbers below `n`, or all.
  private static List<Long> spread(long n, int count) {
    int taken = (int) Math.min(n, count);
    return IntStream.range(0, taken).mapToObj(i -> i * n / taken).toList();
  }

  private static Tensor wide(Tensor x) {
    return x.dtype().isFloating() ? x.to(DType.F64) : x;
  }

  /// The given indices of one axis.
  private static Tensor select(Tensor x, int axis, List<Long> indices) {
    Shape shape = x.shape().with(axis, indices.size());
    Tensor selected = Tensor.zeros(x.dtype(), shape);
    long n = x.shape().dim(axis);
    long inner = x.dtype().sizeBytes();
    long outer = 1;
    for (int k = 0; k < x.rank(); k++) {
      inner *= k > axis ? x.shape().dim(k) : 1;
      outer *= k < axis ? x.shape().dim(k) : 1;
    }
    long to = 0;
    for (long o = 0; o < outer; o++) {
      for (long i : indices) {
        MemorySegment.copy(x.segment(), (o * n + i) * inner, selected.segment(), to, inner);
        to += inner;
      }
    }
    return selected;
  }
}
