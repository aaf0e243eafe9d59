package org.ntk4j.cuda.text;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A contraction with a thread for each element of the result: for sums of few products, of which
/// neighbours in memory are computed by neighbouring threads.
final class DirectText {
  private static final int THREADS = 128;

  /// Products that a thread may be left alone with.
  private static final long INNER_MAX = 64;

  /// Matrices for which any tile is too large.
  private static final long SMALL = 256;

  private DirectText() {}

  /// Whether tiles would be of no use.
  static boolean isBetter(Contraction sum) {
    long rows = sum.rowCount();
    long columns = sum.columnCount();
    boolean thin = Math.min(rows, columns) <= 4 || rows * columns <= SMALL;
    return sum.innerCount() <= 2 || thin && sum.innerCount() <= INNER_MAX;
  }

  static KernelText of(Contraction sum, String name) {
    String type = sum.elementType();
    long size = sum.size();
    Source to = new Source();
    to.line(
        "// %d x %d x %d, %d of them, element by element.",
        sum.rowCount(), sum.columnCount(), sum.innerCount(), sum.batchCount());
    to.line("extern \"C\" __global__ void __launch_bounds__(%d)", THREADS);
    to.open(
        "    %s(const %s* __restrict__ a, const %s* __restrict__ b, %s)",
        name, type, type, sum.results());
    boolean small = size < Integer.MAX_VALUE - THREADS && sum.typeOfAll().equals("int");
    to.line(
        small
            ? "const int e = blockIdx.x * %d + threadIdx.x;"
            : "const long long e = blockIdx.x * %dLL + threadIdx.x;",
        THREADS);
    to.line("if (e >= %s) return;", IndexText.number(size));
    IndexText.decode(to, small ? "int" : "long long", axes(sum), "e");
    to.line("%s sum = 0;", type);
    for (Axis axis : sum.inner()) {
      String k = axis.name();
      String extent = IndexText.number(axis.extent());
      to.open("for (%s %s = 0; %s < %s; %s++)", sum.typeOfAll(), k, k, extent, k);
    }
    to.line("bool in = true;");
    to.line("const long long aAt = %s;", ElementText.checked(to, sum, "a", sum.a()));
    to.line("const long long bAt = %s;", ElementText.checked(to, sum, "b", sum.b()));
    to.line("if (in) sum = %s;", sum.multiplyAdd("a[aAt]", "b[bAt]", "sum"));
    sum.inner().forEach(_ -> to.close());
    ElementText.store(to, sum, "sum");
    return new KernelText(
        name,
        to.close().toString(),
        Launch.of(Math.ceilDiv(size, THREADS), THREADS),
        sum.slotsWith(sum.resultSlots()));
  }

  /// The axes of the result, neighbours in memory last.
  private static List<Axis> axes(Contraction sum) {
    return Stream.of(sum.batch(), sum.rows(), sum.columns())
        .flatMap(List::stream)
        .sorted(Comparator.comparingLong((Axis axis) -> Math.abs(sum.c().stride(axis))).reversed())
        .toList();
  }
}
