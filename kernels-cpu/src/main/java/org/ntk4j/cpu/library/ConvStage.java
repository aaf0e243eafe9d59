package org.ntk4j.cpu.library;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.ntk4j.ir.schedule.ConvProblem.Kind;

/// A convolution primitive with the reorders between the layouts that it likes and those in which
/// the arrays are given.
final class ConvStage implements AutoCloseable {
  private static final long ALIGNMENT = 64;
  private static final int X = 0;
  private static final int W = 1;
  private static final int Y = 2;
  private static final int FROM = 1;
  private static final int TO = 17;

  private final Kind kind;
  private final OneDnnPrimitive conv;

  /// Of `X`, `W`, `Y`: to the primitive's layout, or from it if the array is the result; absent if
  /// the layouts are the same.
  private final List<Optional<OneDnnPrimitive>> reorders;

  /// Of `X`, `W`, `Y` in the primitive's layout, aligned.
  private final List<Long> bytes;

  private final long scratchpadBytes;

  private ConvStage(Kind kind, OneDnnPrimitive conv, List<Optional<OneDnnPrimitive>> reorders) {
    this.kind = kind;
    this.conv = conv;
    this.reorders = List.copyOf(reorders);
    List<Long> sizes = new ArrayList<>();
    long scratchpad = conv.scratchpadBytes();
    for (int i = X; i <= Y; i++) {
      sizes.add(aligned(OneDnnObjects.bytes(conv.descriptor(i))));
      scratchpad =
          Math.max(scratchpad, reorders.get(i).map(OneDnnPrimitive::scratchpadBytes).orElse(0L));
    }
    this.bytes = List.copyOf(sizes);
    this.scratchpadBytes = aligned(scratchpad);
  }

  private static long aligned(long bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }

  /// For `count` images, channels last: what oneDNN is fast for. It takes other strides too, but
  /// some of its implementations then read elsewhere. The layout of the filter is oneDNN's choice.
  ///
  /// Empty if oneDNN has no fast implementation, or cannot describe the arrays.
  static Optional<ConvStage> of(ConvGeometry g, long count) {
    List<OptionalLong> given =
        List.of(
            OneDnnObjects.given(g.xSizes(count), g.xStrides(count)),
            OneDnnObjects.given(g.wSizes(), g.wStrides()),
            OneDnnObjects.given(g.ySizes(count), g.yStrides(count)));
    try {
      return given.stream().allMatch(OptionalLong::isPresent)
          ? primitive(g, count).flatMap(conv -> withReorders(g, conv, given))
          : Optional.empty();
    } finally {
      given.forEach(each -> each.ifPresent(OneDnnObjects::destroyDescriptor));
    }
  }

  private static Optional<OneDnnPrimitive> primitive(ConvGeometry g, long count) {
    long w = OneDnnObjects.any(g.wSizes());
    long x = OneDnnObjects.strided(g.xSizes(count), ConvGeometry.channelsLast(g.xSizes(count)));
    long y = OneDnnObjects.strided(g.ySizes(count), ConvGeometry.channelsLast(g.ySizes(count)));
    try {
      return new ConvPrimitives(g).of(x, w, y);
    } finally {
      List.of(w, x, y).forEach(OneDnnObjects::destroyDescriptor);
    }
  }

  private static Optional<ConvStage> withReorders(
      ConvGeometry g, OneDnnPrimitive conv, List<OptionalLong> given) {
    Kind kind = g.problem().kind();
    List<Optional<OneDnnPrimitive>> reorders = new ArrayList<>();
    boolean complete = true;
    for (int i = X; i <= Y && complete; i++) {
      long ours = given.get(i).orElseThrow();
      long theirs = conv.descriptor(i);
      if (OneDnnObjects.equal(ours, theirs)) {
        reorders.add(Optional.empty());
      } else {
        boolean result = i == result(kind);
        OptionalLong reorder =
            result ? OneDnnObjects.reorder(theirs, ours) : OneDnnObjects.reorder(ours, theirs);
        complete = reorder.isPresent();
        reorder.ifPresent(
            r -> reorders.add(Optional.of(new OneDnnPrimitive(r, List.of(FROM, TO)))));
      }
    }
    if (!complete) {
      conv.close();
      reorders.forEach(r -> r.ifPresent(OneDnnPrimitive::close));
      return Optional.empty();
    }
    return Optional.of(new ConvStage(kind, conv, reorders));
  }

  private static int result(Kind kind) {
    return switch (kind) {
      case FORWARD -> Y;
      case DATA_GRADIENT -> X;
      case WEIGHT_GRADIENT -> W;
    };
  }

  /// Whether the filter is given in another layout than the primitive's.
  boolean reordersFilter() {
    return reorders.get(W).isPresent();
  }

  /// Of the filter in the primitive's layout, a multiple of 64.
  long filterBytes() {
    return bytes.get(W);
  }

  /// What a run needs for itself.
  long laneBytes() {
    long sum = scratchpadBytes;
    for (int i = X; i <= Y; i++) {
      sum += reorders.get(i).isPresent() ? bytes.get(i) : 0;
    }
    return sum;
  }

  /// Brings the filter, as it is given, into the primitive's layout.
  void loadFilter(long w, long to, long lane) {
    if (reordersFilter()) {
      reorder(W).run(w, to, lane);
    } else {
      Raw.copy(w, to, OneDnnObjects.bytes(conv.descriptor(W)));
    }
  }

  private OneDnnPrimitive reorder(int i) {
    return Objects.requireNonNull(reorders.get(i).orElse(null), "bug: nothing to reorder");
  }

  /// Computes the result; all arrays as they are given.
  void run(long x, long w, long y, long lane) {
    long next = lane + scratchpadBytes + imageBytes();
    boolean moved = reordersFilter();
    if (moved && kind != Kind.WEIGHT_GRADIENT) {
      loadFilter(w, next, lane);
    }
    runReady(x, moved ? next : w, y, lane);
    if (moved && kind == Kind.WEIGHT_GRADIENT) {
      storeFilter(next, w, lane);
    }
  }

  private long imageBytes() {
    return (reorders.get(X).isPresent() ? bytes.get(X) : 0)
        + (reorders.get(Y).isPresent() ? bytes.get(Y) : 0);
  }

  /// As [#run] with the filter in the primitive's layout.
  void runReady(long x, long w, long y, long lane) {
    long next = lane + scratchpadBytes;
    boolean xMoved = reorders.get(X).isPresent();
    boolean yMoved = reorders.get(Y).isPresent();
    long xAt = xMoved ? next : x;
    long yAt = yMoved ? next + (xMoved ? bytes.get(X) : 0) : y;
    if (xMoved && result(kind) != X) {
      reorder(X).run(x, xAt, lane);
    }
    if (yMoved && result(kind) != Y) {
      reorder(Y).run(y, yAt, lane);
    }
    conv.run(xAt, w, yAt, lane);
    if (xMoved && result(kind) == X) {
      reorder(X).run(xAt, x, lane);
    }
    if (yMoved && result(kind) == Y) {
      reorder(Y).run(yAt, y, lane);
    }
  }

  /// Brings a gradient from the primitive's layout into the given one.
  void storeFilter(long from, long w, long lane) {
    if (reordersFilter()) {
      reorder(W).run(from, w, lane);
    } else {
      Raw.copy(from, w, OneDnnObjects.bytes(conv.descriptor(W)));
    }
  }

  String description() {
    StringBuilder text = new StringBuilder(conv.implementation());
    for (int i = X; i <= Y; i++) {
      reorders.get(i).ifPresent(r -> text.append(", reordered by ").append(r.implementation()));
    }
    return text.toString();
  }

  @Override
  public void close() {
    conv.close();
    reorders.forEach(r -> r.ifPresent(OneDnnPrimitive::close));
  }
}
