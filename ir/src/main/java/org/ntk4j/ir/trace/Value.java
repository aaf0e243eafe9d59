package org.ntk4j.ir.trace;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.StopGradient;

/// A tensor of a program being recorded; every method records operations and returns their result.
///
/// Semantics are NumPy's: operands broadcast, negative axes count from the end. Differences: dtypes
/// never mix (a `double` constant takes the dtype of the other operand), and shapes are static. A
/// shape error is reported where it is made, as an [org.ntk4j.ir.IrException] or an
/// `IllegalArgumentException` that begins with the method's name.
///
/// The methods are grouped in interfaces: [Arithmetic], [ElementwiseFunctions], [Comparisons],
/// [Reductions], [Movement], [Indexing], [Products].
public final class Value
    implements Arithmetic,
        ElementwiseFunctions,
        Comparisons,
        Reductions,
        Movement,
        Indexing,
        Products {
  private final TraceStack stack;
  private final TraceStack.Frame frame;
  private final Atom atom;

  Value(TraceStack stack, TraceStack.Frame frame, Atom atom) {
    this.stack = stack;
    this.frame = frame;
    this.atom = atom;
  }

  TraceStack stack() {
    return stack;
  }

  TraceStack.Frame frame() {
    return frame;
  }

  /// The variable or literal this value is.
  public Atom atom() {
    return atom;
  }

  /// Dtype and shape.
  public Aval aval() {
    return atom.aval();
  }

  /// Element type.
  public DType dtype() {
    return aval().dtype();
  }

  /// Axis sizes.
  public Shape shape() {
    return aval().shape();
  }

  /// Number of axes.
  public int rank() {
    return aval().rank();
  }

  /// Size of `axis`, which may be negative.
  public long dim(int axis) {
    return aval().dim(Axes.of("dim", axis, rank()));
  }

  /// Number of elements.
  public long size() {
    return aval().size();
  }

  /// The results of any primitive.
  public static List<Value> emitAll(Primitive op, List<Value> in) {
    return TraceStack.common(op.mnemonic(), in).emit(op, List.copyOf(in));
  }

  /// The result of any primitive that has one.
  public static Value emit(Primitive op, Value... in) {
    List<Value> out = emitAll(op, List.of(in));
    if (out.size() != 1) {
      throw new IllegalArgumentException(op.mnemonic() + ": has " + out.size() + " results, not 1");
    }
    return out.getFirst();
  }

  /// `value` in the trace of this value.
  public Value constant(Tensor value) {
    return stack.emit(new Constant(value), List.of()).getFirst();
  }

  /// A value of this trace filled with `number`.
  public Value full(DType dtype, Shape shape, double number) {
    return stack.value(Literal.of(number, new Aval(dtype, shape)));
  }

  /// A value of this trace with this dtype and shape, filled with `number`.
  ///
  /// @throws IllegalArgumentException if the dtype cannot hold `number`
  public Value like(double number) {
    return Constants.like("like", this, number);
  }

  /// `y[i..] = i_axis`, in this trace.
  public Value iota(DType dtype, Shape shape, int axis) {
    int counted = Axes.of("iota", axis, shape.rank());
    return stack.emit(new Iota(shape, counted, dtype), List.of()).getFirst();
  }

  /// `0, 1, .., length - 1`, in this trace.
  public Value arange(DType dtype, long length) {
    return iota(dtype, Shape.of(length), 0);
  }

  /// The same value with derivative 0.
  public Value stopGradient() {
    return emit(new StopGradient(), this);
  }

  @Override
  public String toString() {
    return "Value(" + aval() + ")";
  }
}
