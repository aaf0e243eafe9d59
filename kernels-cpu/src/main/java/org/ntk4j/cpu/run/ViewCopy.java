package org.ntk4j.cpu.run;

import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.schedule.View;
import org.ntk4j.ir.schedule.View.Digit;

/// Copies between a view and row-major memory.
final class ViewCopy {
  private final List<Digit> digits;
  private final long offset;
  private final Aval aval;

  ViewCopy(View view) {
    this.digits = view.axes().stream().flatMap(List::stream).toList();
    this.offset = view.offset();
    List<Long> dims = IntStream.range(0, view.axes().size()).mapToObj(view::dim).toList();
    this.aval = new Aval(view.dtype(), Shape.of(dims));
  }

  /// Dtype and shape of the value.
  Aval aval() {
    return aval;
  }

  /// Whether the value is row-major where it is.
  boolean isRowMajor() {
    long stride = 1;
    for (int d = digits.size() - 1; d >= 0; d--) {
      if (digits.get(d).extent() != 1 && digits.get(d).stride() != stride) {
        return false;
      }
      stride *= digits.get(d).extent();
    }
    return true;
  }

  /// Address of the first element.
  long start(long buffer) {
    return buffer + offset * aval.dtype().sizeBytes();
  }

  /// Writes the elements of the view in `buffer` row by row.
  void gather(long buffer, long rows) {
    walk(0, start(buffer), rows, false);
  }

  /// Writes the rows to the elements of the view in `buffer`.
  void scatter(long rows, long buffer) {
    walk(0, start(buffer), rows, true);
  }

  /// Returns where the rows continue.
  private long walk(int digit, long at, long rows, boolean scatter) {
    int bytes = aval.dtype().sizeBytes();
    if (digit == digits.size()) {
      Addresses.copy(scatter ? rows : at, scatter ? at : rows, bytes);
      return rows + bytes;
    }
    Digit d = digits.get(digit);
    if (digit == digits.size() - 1 && d.stride() == 1) {
      long run = d.extent() * bytes;
      Addresses.copy(scatter ? rows : at, scatter ? at : rows, run);
      return rows + run;
    }
    long next = rows;
    for (long i = 0; i < d.extent(); i++) {
      next = walk(digit + 1, at + i * d.stride() * bytes, next, scatter);
    }
    return next;
  }
}
