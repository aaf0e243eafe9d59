package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.trace.Padding;
import org.ntk4j.ir.trace.Value;

/// How a window slides over the spatial axes, which are the last ones: attributes `kernel_shape`,
/// `strides`, `dilations`, `pads`, `auto_pad` and `ceil_mode`.
///
/// @param lo elements that the model adds before
/// @param hi elements that the model adds after
/// @param reach elements beyond that which `ceil_mode` adds after (negative: never read)
record Sliding(
    List<Long> kernel,
    List<Long> strides,
    List<Long> dilations,
    List<Long> lo,
    List<Long> hi,
    List<Long> reach) {

  /// The geometry of a node over axes of these sizes.
  static Sliding of(Node node, List<Long> sizes, List<Long> kernel) {
    int rank = sizes.size();
    List<Long> ones = Collections.nCopies(rank, 1L);
    List<Long> strides = perAxis(node, "strides", ones, rank);
    List<Long> dilations = perAxis(node, "dilations", ones, rank);
    if (kernel.size() != rank) {
      throw node.error("a kernel of shape %s over %d spatial axes".formatted(kernel, rank));
    }
    List<Long> pads = node.attributes().integers("pads", Collections.nCopies(2 * rank, 0L));
    if (pads.size() != 2 * rank) {
      throw node.error("pads %s; expected %d numbers".formatted(pads, 2 * rank));
    }
    String auto = node.attributes().text("auto_pad", "NOTSET");
    boolean ceil = node.attributes().flag("ceil_mode", false);
    List<Long> lo = new ArrayList<>();
    List<Long> hi = new ArrayList<>();
    List<Long> reach = new ArrayList<>();
    for (int k = 0; k < rank; k++) {
      long extent = Window.dilated(kernel.get(k), dilations.get(k));
      long size = sizes.get(k);
      long stride = strides.get(k);
      switch (auto) {
        case "NOTSET" -> {
          lo.add(pads.get(k));
          hi.add(pads.get(rank + k));
        }
        case "VALID" -> {
          lo.add(0L);
          hi.add(0L);
        }
        case "SAME_UPPER", "SAME_LOWER" -> {
          long positions = Math.ceilDiv(size, stride);
          long total = Math.max(0, (positions - 1) * stride + extent - size);
          long less = total / 2;
          lo.add(auto.equals("SAME_UPPER") ? less : total - less);
          hi.add(auto.equals("SAME_UPPER") ? total - less : less);
        }
        default -> throw node.error("auto_pad is " + auto);
      }
      reach.add(ceil ? reach(size, lo.get(k), hi.get(k), extent, stride) : 0);
    }
    return new Sliding(kernel, strides, dilations, lo, hi, reach);
  }

  /// What makes the last window, which has to start within the operand or the padding before it,
  /// end at the border.
  private static long reach(long size, long lo, long hi, long extent, long stride) {
    long positions = Math.ceilDiv(size + lo + hi - extent, stride) + 1;
    if ((positions - 1) * stride >= size + lo) {
      positions--;
    }
    return (positions - 1) * stride + extent - size - lo - hi;
  }

  static List<Long> perAxis(Node node, String name, List<Long> otherwise, int rank) {
    List<Long> found = node.attributes().integers(name, otherwise);
    if (found.size() != rank || found.stream().anyMatch(n -> n < 1)) {
      throw node.error("%s %s; expected %d positive numbers".formatted(name, found, rank));
    }
    return found;
  }

  /// Attribute `kernel_shape`.
  static List<Long> kernelAttribute(Node node) {
    Optional<List<Long>> kernel = node.attributes().integers("kernel_shape");
    List<Long> found = node.attributes().required("kernel_shape", kernel);
    if (found.stream().anyMatch(n -> n < 1)) {
      throw node.error("kernel_shape %s; expected positive numbers".formatted(found));
    }
    return found;
  }

  /// The sizes of the axes of `x` from 2 on.
  static List<Long> spatial(Node node, Value x) {
    if (x.rank() < 3) {
      throw node.error("operand " + x.aval() + " has no spatial axes");
    }
    return x.shape().dims().subList(2, x.rank());
  }

  /// `hi + reach`.
  List<Long> after() {
    List<Long> sum = new ArrayList<>();
    for (int k = 0; k < hi.size(); k++) {
      sum.add(hi.get(k) + reach.get(k));
    }
    return sum;
  }

  /// The padding with what `ceil_mode` adds.
  Padding padding() {
    return Padding.of(lo, after());
  }

  /// The windows over an operand with two axes before the spatial ones.
  Window window() {
    return window(lo, after());
  }

  /// The windows with these amounts of padding in place of their own.
  Window window(List<Long> before, List<Long> after) {
    return new Window(
        all(kernel, 1),
        all(strides, 1),
        all(before, 0),
        all(after, 0),
        all(Collections.nCopies(kernel.size(), 1L), 1),
        all(dilations, 1));
  }

  private static List<Long> all(List<Long> spatial, long other) {
    List<Long> all = new ArrayList<>(List.of(other, other));
    all.addAll(spatial);
    return all;
  }

  /// `list` as an array.
  static long[] array(List<Long> list) {
    return list.stream().mapToLong(Long::longValue).toArray();
  }
}
