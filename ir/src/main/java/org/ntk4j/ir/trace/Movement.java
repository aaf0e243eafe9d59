package org.ntk4j.ir.trace;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.Transpose;

/// Elements of a [Value] under another shape or in another order.
public sealed interface Movement permits Value {

  private Value self() {
    return (Value) this;
  }

  /// The same elements in row-major order under `shape`.
  default Value reshape(Shape shape) {
    Value x = self();
    if (x.shape().equals(shape)) {
      return x;
    }
    if (x.atom() instanceof Literal l && x.size() == shape.size()) {
      return x.stack().value(new Literal(l.aval().withShape(shape), l.bits()));
    }
    return Value.emit(new Reshape(shape), x);
  }

  /// The same elements in row-major order; one size may be -1, which is then inferred.
  default Value reshape(long... dims) {
    long[] sizes = dims.clone();
    int unknown = -1;
    long known = 1;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == -1 && unknown < 0) {
        unknown = i;
      } else if (sizes[i] < 0) {
        throw new IllegalArgumentException(
            "reshape: size %d of axis %d; sizes are not negative, and only one may be -1"
                .formatted(sizes[i], i));
      } else {
        known = Math.multiplyExact(known, sizes[i]);
      }
    }
    if (unknown >= 0) {
      if (known == 0 || self().size() % known != 0) {
        throw new IllegalArgumentException(
            "reshape: no size for axis %d makes %d elements out of %s"
                .formatted(unknown, self().size(), self().shape()));
      }
      sizes[unknown] = self().size() / known;
    }
    return reshape(Shape.of(sizes));
  }

  /// All elements on one axis, in row-major order.
  default Value flatten() {
    return reshape(Shape.of(self().size()));
  }

  /// Axes `from` and after merged into one, e.g. `[n, h, w, c]` to `[n, h * w * c]` for 1.
  default Value flattenFrom(int from) {
    int counted = Axes.of("flattenFrom", from, self().rank() + 1);
    Shape shape = self().shape();
    long merged = shape.subShape(counted, shape.rank()).size();
    return reshape(shape.subShape(0, counted).concat(Shape.of(merged)));
  }

  /// The axes in reverse order.
  default Value transpose() {
    List<Integer> axes = new ArrayList<>(Axes.range(0, self().rank()));
    Collections.reverse(axes);
    return permute(axes);
  }

  /// Result axis `k` is axis `axes[k]`.
  default Value transpose(int first, int... others) {
    int[] axes = new int[others.length + 1];
    axes[0] = first;
    System.arraycopy(others, 0, axes, 1, others.length);
    if (axes.length != self().rank()) {
      throw new IllegalArgumentException(
          "transpose: %d axes are named for a value of rank %d"
              .formatted(axes.length, self().rank()));
    }
    return permute(Axes.of("transpose", axes, self().rank()));
  }

  /// Result axis `k` is axis `permutation[k]`, counted from 0.
  default Value permute(List<Integer> permutation) {
    return Axes.isIdentity(permutation) && permutation.size() == self().rank()
        ? self()
        : Value.emit(new Transpose(permutation), self());
  }

  /// The last two axes exchanged: the transposed matrices of a stack.
  default Value matrixTranspose() {
    return swapAxes(-2, -1);
  }

  /// Axes `a` and `b` exchanged.
  default Value swapAxes(int a, int b) {
    List<Integer> axes = new ArrayList<>(Axes.range(0, self().rank()));
    Collections.swap(
        axes, Axes.of("swapAxes", a, axes.size()), Axes.of("swapAxes", b, axes.size()));
    return permute(axes);
  }

  /// Axis `from` moved to position `to`; the others keep their order.
  default Value moveAxis(int from, int to) {
    List<Integer> axes = new ArrayList<>(Axes.range(0, self().rank()));
    int target = Axes.of("moveAxis", to, axes.size());
    Integer moved = axes.remove(Axes.of("moveAxis", from, axes.size()));
    axes.add(target, moved);
    return permute(axes);
  }

  /// A new axis of size 1 at position `axis` of the result.
  default Value expandDims(int axis) {
    int counted = Axes.of("expandDims", axis, self().rank() + 1);
    return reshape(self().shape().insert(counted, 1));
  }

  /// Without the named axes, which have size 1; without all axes of size 1 if none is named.
  default Value squeeze(int... axes) {
    Value x = self();
    List<Integer> dropped =
        axes.length > 0
            ? Axes.of("squeeze", axes, x.rank())
            : Axes.range(0, x.rank()).stream().filter(a -> x.dim(a) == 1).toList();
    for (int axis : dropped) {
      if (x.dim(axis) != 1) {
        throw new IllegalArgumentException(
            "squeeze: axis %d of %s has size %d, not 1".formatted(axis, x.aval(), x.dim(axis)));
      }
    }
    return reshape(x.shape().removeAll(dropped));
  }

  /// Repeated to `dims` by NumPy's rule: axes align at the end; missing ones and those of size 1
  /// repeat.
  default Value broadcastTo(long... dims) {
    return broadcastTo(Shape.of(dims));
  }

  /// Repeated to `shape` by NumPy's rule: axes align at the end; missing ones and those of size 1
  /// repeat.
  default Value broadcastTo(Shape shape) {
    Value x = self();
    if (x.shape().equals(shape)) {
      return x;
    }
    int offset = shape.rank() - x.rank();
    List<Integer> repeated = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    for (int axis = 0; axis < x.rank(); axis++) {
      if (offset >= 0 && x.dim(axis) == shape.dim(axis + offset)) {
        kept.add(axis + offset);
      } else if (offset >= 0 && x.dim(axis) == 1) {
        repeated.add(axis);
      } else {
        throw new IllegalArgumentException(
            "broadcastTo: %s does not broadcast to %s".formatted(x.shape(), shape));
      }
    }
    if (x.atom() instanceof Literal l) {
      return x.stack().value(new Literal(l.aval().withShape(shape), l.bits()));
    }
    return Value.emit(new Broadcast(shape, kept), x.reshape(x.shape().removeAll(repeated)));
  }

  /// Surrounded by `number`: `lo[k]` elements before and `hi[k]` after along axis `k`; negative
  /// counts cut.
  default Value pad(List<Long> lo, List<Long> hi, double number) {
    return pad(lo, hi, Collections.nCopies(self().rank(), 0L), number);
  }

  /// As the other `pad`, with `interior[k]` elements between neighbours too.
  default Value pad(List<Long> lo, List<Long> hi, List<Long> interior, double number) {
    Value fill = Constants.scalar("pad", self(), number);
    return Value.emit(new Pad(lo, hi, interior), self(), fill);
  }

  /// The order of elements reversed along `axes`; along all of them if none is named.
  default Value reverse(int... axes) {
    return Value.emit(new Reverse(Axes.orAll("reverse", axes, self().rank())), self());
  }
}
