package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;

/// Adds the parts of sums, which lie one after the other, in this order.
final class JoinText {
  private static final int THREADS = 128;

  private JoinText() {}

  static KernelText of(Contraction sum, int parts, String name) {
    String type = sum.elementType();
    long size = sum.size();
    Source to = new Source();
    to.line("// The sum of %d parts of %d elements.", parts, size);
    to.line("extern \"C\" __global__ void __launch_bounds__(%d)", THREADS);
    to.open("    %s(const %s* __restrict__ parts, %s)", name, type, sum.results());
    to.line("const long long e = blockIdx.x * %dLL + threadIdx.x;", THREADS);
    to.line("if (e >= %s) return;", IndexText.number(size));
    ElementText.of(to, sum, "e");
    if (sum.symmetric()) {
      to.line("const long long from = e + (i > j ? (j - i) * %dLL : 0);", sum.rowCount() - 1);
    } else {
      to.line("const long long from = e;");
    }
    to.line("%s sum = parts[from];", type);
    to.open("for (int p = 1; p < %d; p++)", parts);
    to.line("sum += parts[from + p * %dLL];", size);
    to.close();
    ElementText.store(to, sum, "sum");
    List<Integer> slots = new ArrayList<>(List.of(StepCode.SCRATCH));
    slots.addAll(sum.resultSlots());
    return new KernelText(
        name, to.close().toString(), Launch.of(Math.ceilDiv(size, THREADS), THREADS), slots);
  }
}
