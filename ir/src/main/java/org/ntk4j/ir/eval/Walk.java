package org.ntk4j.ir.eval;

/// All multi-indices of a box in row-major order, with the positions of two strided views of it:
/// `for (walk.start(p, q); walk.more(); walk.next()) { … walk.first() … walk.second() … }`.
final class Walk {
  private final long[] dims;
  private final View a;
  private final View b;
  private final long[] index;
  private long first;
  private long second;
  private boolean more;

  Walk(long[] dims, View a, View b) {
    this.dims = dims;
    this.a = a;
    this.b = b;
    this.index = new long[dims.length];
    start(0, 0);
  }

  /// Back to the first index, with the views moved by these many elements.
  void start(long moveFirst, long moveSecond) {
    first = a.offset() + moveFirst;
    second = b.offset() + moveSecond;
    more = true;
    for (int k = 0; k < dims.length; k++) {
      index[k] = 0;
      more &= dims[k] > 0;
    }
  }

  /// Whether the walk is at an index.
  boolean more() {
    return more;
  }

  /// To the next index.
  void next() {
    for (int k = dims.length - 1; k >= 0; k--) {
      if (++index[k] < dims[k]) {
        first += a.stride(k);
        second += b.stride(k);
        return;
      }
      first -= (dims[k] - 1) * a.stride(k);
      second -= (dims[k] - 1) * b.stride(k);
      index[k] = 0;
    }
    more = false;
  }

  long first() {
    return first;
  }

  long second() {
    return second;
  }

  long index(int axis) {
    return index[axis];
  }
}
