package org.ntk4j.ir.op;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.ntk4j.core.Shape;

/// Sliding windows over every axis of an operand; each list has one entry per axis.
///
/// Window position `p`, element `t` reads `(strides * p + windowDilation * t - padLo) /
/// baseDilation` where that is an integer within the operand.
///
/// @param size window size, 1 where the axis is not windowed
/// @param padLo elements added before (negative: cut)
/// @param padHi elements added after (negative: cut)
/// @param baseDilation spacing of the operand's elements
/// @param windowDilation spacing of the window's elements
public record Window(
    List<Long> size,
    List<Long> strides,
    List<Long> padLo,
    List<Long> padHi,
    List<Long> baseDilation,
    List<Long> windowDilation) {
  /// Copies the lists.
  public Window {
    size = List.copyOf(size);
    strides = List.copyOf(strides);
    padLo = List.copyOf(padLo);
    padHi = List.copyOf(padHi);
    baseDilation = List.copyOf(baseDilation);
    windowDilation = List.copyOf(windowDilation);
  }

  /// Windows of `size` at every position where they fit.
  public static Window of(List<Long> size) {
    List<Long> one = Collections.nCopies(size.size(), 1L);
    List<Long> none = Collections.nCopies(size.size(), 0L);
    return new Window(size, one, none, none, one, one);
  }

  /// These windows `strides` apart.
  public Window withStrides(List<Long> strides) {
    return new Window(size, strides, padLo, padHi, baseDilation, windowDilation);
  }

  /// These windows over an operand padded by `lo` before and `hi` after.
  public Window withPadding(List<Long> lo, List<Long> hi) {
    return new Window(size, strides, lo, hi, baseDilation, windowDilation);
  }

  /// These windows over an operand whose elements are `base` apart, with elements `window` apart.
  public Window withDilation(List<Long> base, List<Long> window) {
    return new Window(size, strides, padLo, padHi, base, window);
  }

  /// `n` elements spaced `dilation` apart: `(n - 1) * dilation + 1`, or 0 if there are none.
  public static long dilated(long n, long dilation) {
    return n == 0 ? 0 : (n - 1) * dilation + 1;
  }

  /// Number of windows that fit: `floor((padded - window) / stride) + 1`, or 0 if that is negative.
  ///
  /// @param padded size of the dilated and padded operand
  /// @param window size of the dilated window
  public static long positions(long padded, long window, long stride) {
    return Math.max(0, Math.floorDiv(padded - window, stride) + 1);
  }

  /// Shape of the result for an operand of shape `x`. Constraints: C3 one entry per axis in each
  /// list; C4 sizes, strides and dilations are at least 1.
  Shape resultShape(Check check, Shape x) {
    check.perAxis(3, "size", size, x.rank());
    check.perAxis(3, "strides", strides, x.rank());
    check.perAxis(3, "padLo", padLo, x.rank());
    check.perAxis(3, "padHi", padHi, x.rank());
    check.perAxis(3, "baseDilation", baseDilation, x.rank());
    check.perAxis(3, "windowDilation", windowDilation, x.rank());
    check.atLeastOne(4, "size", size);
    check.atLeastOne(4, "strides", strides);
    check.atLeastOne(4, "baseDilation", baseDilation);
    check.atLeastOne(4, "windowDilation", windowDilation);
    List<Long> dims = new ArrayList<>();
    for (int k = 0; k < x.rank(); k++) {
      long padded = dilated(x.dim(k), baseDilation.get(k)) + padLo.get(k) + padHi.get(k);
      dims.add(positions(padded, dilated(size.get(k), windowDilation.get(k)), strides.get(k)));
    }
    return Shape.of(dims);
  }
}
