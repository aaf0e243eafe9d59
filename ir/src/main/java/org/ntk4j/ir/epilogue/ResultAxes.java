package org.ntk4j.ir.epilogue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.schedule.Epilogue.Part;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.MatrixProduct;

/// Which indices an element of a product's result has, by its place in a buffer that the result
/// fills without gaps.
final class ResultAxes {
  /// A loop that has a single iteration: no part of anything.
  private static final Part NOTHING = new Part(-1, 1);

  private record Axis(int number, long stride, long extent) {}

  /// A part that is a loop of its own.
  ///
  /// @param stride in the buffer
  record Loop(Part part, long extent, long stride) {}

  private final int rows;

  /// By ascending strides, those of a single index left out.
  private final List<Axis> axes;

  private final long size;

  private ResultAxes(int rows, List<Axis> axes, long size) {
    this.rows = rows;
    this.axes = axes;
    this.size = size;
  }

  /// Those of `p`, whose result is in a buffer of so many elements; empty if there are gaps.
  static Optional<ResultAxes> of(MatrixProduct p, long elements) {
    List<Axis> axes = new ArrayList<>();
    for (int k = 0; k < p.batch().size(); k++) {
      axes.add(new Axis(k, p.c().batchStrides().get(k), p.batch().get(k)));
    }
    int rows = axes.size();
    axes.add(new Axis(rows, p.c().rowStride(), p.rows()));
    axes.add(new Axis(rows + 1, p.c().columnStride(), p.columns()));
    axes.removeIf(a -> a.extent == 1);
    axes.sort(Comparator.comparingLong(Axis::stride));
    long size = 1;
    for (Axis a : axes) {
      if (a.stride != size) {
        return Optional.empty();
      }
      size *= a.extent;
    }
    return p.c().offset() == 0 && size == elements
        ? Optional.of(new ResultAxes(rows, axes, size))
        : Optional.empty();
  }

  /// Elements of the result.
  long size() {
    return size;
  }

  /// The parts that each loop stands for, outermost first, if loops of these extents lead `at`
  /// through all elements, each once.
  Optional<List<List<Loop>>> loops(Index at, List<Long> extents) {
    if (!at.isAffine() || at.offset() != 0 || !isOnto(at, extents)) {
      return Optional.empty();
    }
    List<List<Loop>> loops = new ArrayList<>();
    for (int d = 0; d < extents.size(); d++) {
      Optional<List<Loop>> parts = parts(at.coefficient(d), extents.get(d));
      if (parts.isEmpty()) {
        return Optional.empty();
      }
      loops.add(parts.get());
    }
    return Optional.of(loops);
  }

  private boolean isOnto(Index at, List<Long> extents) {
    List<Integer> order = new ArrayList<>();
    for (int d = 0; d < extents.size(); d++) {
      if (extents.get(d) != 1) {
        order.add(d);
      }
    }
    order.sort(Comparator.comparingLong(at::coefficient));
    long next = 1;
    for (int d : order) {
      if (at.coefficient(d) != next) {
        return false;
      }
      next *= extents.get(d);
    }
    return next == size;
  }

  /// A loop with steps of `stride` in the buffer, cut where axes end.
  private Optional<List<Loop>> parts(long stride, long extent) {
    List<Loop> parts = new ArrayList<>();
    long at = stride;
    long rest = extent;
    while (rest > 1) {
      Axis axis = axis(at);
      long divisor = at / axis.stride;
      if (at % axis.stride != 0 || axis.extent % divisor != 0) {
        return Optional.empty();
      }
      long room = axis.extent / divisor;
      long own = Math.min(room, rest);
      if (room % own != 0 || rest % own != 0) {
        return Optional.empty();
      }
      parts.addFirst(new Loop(new Part(axis.number, divisor), own, at));
      at *= own;
      rest /= own;
    }
    return Optional.of(parts.isEmpty() ? List.of(new Loop(NOTHING, 1, 0)) : parts);
  }

  private Axis axis(long at) {
    return axes.stream()
        .filter(a -> at < a.stride * a.extent)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("bug: an index beyond the result"));
  }

  /// Whether `at` leads to the element whose indices have these parts, each of a loop, or, if the
  /// result is symmetric, to its mirror image.
  boolean isElement(Index at, List<Long> extents, List<Part> parts, boolean symmetric) {
    Optional<List<List<Loop>>> loops = loops(at, extents);
    if (loops.isEmpty() || loops.get().stream().anyMatch(l -> l.size() > 1)) {
      return false;
    }
    List<Part> own = loops.get().stream().map(l -> l.getFirst().part).toList();
    return own.equals(parts)
        || symmetric && own.stream().map(this::mirrored).toList().equals(parts);
  }

  private Part mirrored(Part part) {
    int axis = part.axis();
    int other = axis == rows ? rows + 1 : axis == rows + 1 ? rows : axis;
    return part.equals(NOTHING) ? part : new Part(other, part.divisor());
  }
}
