package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.trace.Value;

/// Elements chosen by indices, which may be data unless the shape of the result depends on them.
final class IndexingOperators {
  /// Rows.
  static final List<Operator> LIST =
      List.of(
          Operator.single("Compress", 9, IndexingOperators::compress),
          Operator.single("Gather", 1, IndexingOperators::gather),
          Operator.single("GatherElements", 11, IndexingOperators::gatherElements),
          Operator.single("GatherND", 11, IndexingOperators::gatherNd),
          Operator.of("NonZero", 9, IndexingOperators::nonZero),
          Operator.of("Unique", 11, UniqueElements::apply));

  private IndexingOperators() {}

  /// Indices counted from 0.
  ///
  /// @throws OnnxException if they are known, and one is none of an axis of this size
  static Value counted(Node node, Operand ids, long size) {
    if (!ids.dtype().isInteger()) {
      throw node.error("has indices of " + ids.aval() + "; expected integers");
    }
    if (!ids.isKnown()) {
      Value given = ids.value();
      node.indexes(given, size);
      return given.lt(0).where(given.add(size), given);
    }
    Tensor known = ids.tensor();
    Tensor from0 = Tensor.zeros(DType.I64, known.shape());
    for (long i = 0; i < known.size(); i++) {
      long id = known.getLong(i);
      if (id < -size || id >= size) {
        throw node.error("has index %d into an axis of size %d".formatted(id, size));
      }
      from0.setLong(i, id < 0 ? id + size : id);
    }
    return node.constant(from0);
  }

  private static Value gather(Node node) {
    Value x = node.value(0);
    Operand ids = node.input(1);
    int axis = node.axis(node.attributes().integer("axis", 0), x.rank());
    Value from0 = counted(node, ids, x.dim(axis));
    if (ids.isKnown() && ids.rank() == 0) {
      return x.get(axis, ids.integer());
    }
    return x.dtype() == DType.BOOL
        ? x.cast(DType.I32).gather(from0, axis).cast(DType.BOOL)
        : x.gather(from0, axis);
  }

  private static Value gatherElements(Node node) {
    Value x = node.value(0);
    Operand ids = node.input(1);
    int axis = node.axis(node.attributes().integer("axis", 0), x.rank());
    if (ids.rank() != x.rank()) {
      throw node.error("has indices %s into %s".formatted(ids.aval(), x.aval()));
    }
    Value from0 = counted(node, ids, x.dim(axis));
    for (int i = 0; i < x.rank(); i++) {
      if (i != axis) {
        x = x.slice(i, 0, ids.shape().dim(i));
      }
    }
    return x.takeAlongAxis(from0, axis);
  }

  private static Value gatherNd(Node node) {
    Value x = node.value(0);
    Operand ids = node.input(1);
    int batch = Math.toIntExact(node.attributes().integer("batch_dims", 0));
    Tuples tuples = Tuples.of(node, x.shape(), ids, batch);
    Shape shared = x.shape().subShape(0, batch);
    Value table = x.reshape(shared.concat(Shape.of(tuples.indexed().size())).concat(tuples.rest()));
    return Value.emit(new Gather(batch, batch), table, tuples.flat());
  }

  private static Value compress(Node node) {
    Value x = node.value(0);
    Tensor condition = node.input(1).tensor();
    boolean flat = !node.attributes().has("axis");
    Value rows = flat ? x.flatten() : x;
    int axis = flat ? 0 : node.axis(node.attributes().integer("axis", 0), x.rank());
    long[] kept =
        LongStream.range(0, Math.min(condition.size(), rows.dim(axis)))
            .filter(i -> condition.getLong(i) != 0)
            .toArray();
    return rows.gather(node.constant(Tensor.of(kept, kept.length)), axis);
  }

  private static List<Operand> nonZero(Node node) {
    Tensor x = node.input(0).tensor();
    List<Long> found = new ArrayList<>();
    for (long i = 0; i < x.size(); i++) {
      if (x.getDouble(i) != 0) {
        found.add(i);
      }
    }
    long[] strides = x.shape().strides();
    Tensor places = Tensor.zeros(DType.I64, Shape.of(x.rank(), found.size()));
    for (int axis = 0; axis < x.rank(); axis++) {
      for (int i = 0; i < found.size(); i++) {
        long index = found.get(i) / strides[axis] % x.shape().dim(axis);
        places.setLong((long) axis * found.size() + i, index);
      }
    }
    return List.of(Operand.known(places));
  }
}
