package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowSum;

/// Adjoint of sums over sliding windows: sums over windows again.
///
/// Position `p`, element `t` reads operand element `q` where `baseDilation q = strides p +
/// windowDilation t - padLo`. Solved for `p` that is the same equation with the two spacings
/// exchanged and the elements counted from the end.
final class WindowAdjoint {
  private WindowAdjoint() {}

  static Atom of(Builder b, Window w, Atom yBar, Aval x) {
    if (yBar.aval().size() == 0 || x.size() == 0) {
      return Literal.of(0, x);
    }
    List<Long> lo = new ArrayList<>();
    List<Long> hi = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      long reach = w.windowDilation().get(i) * (w.size().get(i) - 1);
      long before = reach - w.padLo().get(i);
      lo.add(before);
      hi.add(
          padAfter(
              x.dim(i),
              w.baseDilation().get(i),
              reach,
              yBar.aval().dim(i),
              w.strides().get(i),
              before));
    }
    Window adjoint =
        new Window(w.size(), w.baseDilation(), lo, hi, w.strides(), w.windowDilation());
    return b.emit(new WindowSum(adjoint), yBar);
  }

  /// The padding after `n` elements of spacing `spacing` such that windows that reach `reach`
  /// beyond their first element, every `stride`, are `results` many.
  static long padAfter(long results, long stride, long reach, long n, long spacing, long before) {
    return (results - 1) * stride + reach - before - (n - 1) * spacing;
  }
}
