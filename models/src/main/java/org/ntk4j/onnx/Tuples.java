package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Index tuples along the last axis of `ids`, each the place of a block of a tensor.
///
/// @param flat `[batch.., i..]`: the place of each block, counted in row-major order
/// @param indexed the axes that a tuple indexes
/// @param rest the axes of a block
record Tuples(Value flat, Shape indexed, Shape rest) {

  /// The tuples `ids[b.., i.., :]` of places in a tensor of this shape whose first `batch` axes are
  /// those of `ids`.
  static Tuples of(Node node, Shape shape, Operand ids, int batch) {
    int last = ids.rank() - 1;
    if (ids.rank() == 0 || batch < 0 || batch > last) {
      throw node.error("has index tuples " + ids.aval() + "; expected a last axis of tuples");
    }
    int length = Math.toIntExact(ids.shape().dim(last));
    if (batch + length > shape.rank()) {
      throw node.error("has index tuples %s into %s".formatted(ids.aval(), shape));
    }
    Shape indexed = shape.subShape(batch, batch + length);
    Shape rest = shape.subShape(batch + length, shape.rank());
    Shape places = ids.shape().remove(last);
    if (ids.isKnown()) {
      return new Tuples(node.constant(flat(node, ids.tensor(), indexed)), indexed, rest);
    }
    long[] strides = indexed.strides();
    List<Value> terms = new ArrayList<>(List.of(node.full(ids.dtype(), places, 0)));
    for (int k = 0; k < length; k++) {
      Value id = ids.value().get(last, k);
      node.indexes(id, indexed.dim(k));
      Value counted = id.lt(0).where(id.add(indexed.dim(k)), id);
      // An index out of range must not become another place.
      Value inside = counted.ge(0).and(counted.lt(indexed.dim(k)));
      terms.add(inside.where(counted.mul(strides[k]), -(double) indexed.size() * length - 1));
    }
    return new Tuples(Functions.sum(terms.toArray(Value[]::new)), indexed, rest);
  }

  /// The places of known tuples.
  static Tensor flat(Node node, Tensor ids, Shape indexed) {
    int length = indexed.rank();
    long[] strides = indexed.strides();
    Tensor flat = Tensor.zeros(DType.I64, ids.shape().remove(ids.rank() - 1));
    for (long i = 0; i < flat.size(); i++) {
      long place = 0;
      for (int k = 0; k < length; k++) {
        long id = ids.getLong(i * length + k);
        if (id < -indexed.dim(k) || id >= indexed.dim(k)) {
          throw node.error("has index %d into an axis of size %d".formatted(id, indexed.dim(k)));
        }
        place += (id < 0 ? id + indexed.dim(k) : id) * strides[k];
      }
      flat.setLong(i, place);
    }
    return flat;
  }
}
