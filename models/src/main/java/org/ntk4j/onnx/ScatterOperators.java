package org.ntk4j.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Indexing;
import org.ntk4j.ir.trace.Value;

/// Updates written into a tensor at indices.
///
/// All are the same on blocks: `y[j, :] = x[j, :] ∘ update[i, :]` for `ids[i] = j`.
final class ScatterOperators {
  /// Rows.
  static final List<Operator> LIST =
      List.of(
          Operator.single("Scatter", 9, ScatterOperators::elements),
          Operator.single("ScatterElements", 11, ScatterOperators::elements),
          Operator.single("ScatterND", 11, ScatterOperators::blocks));

  /// Elements of the table of which update meets which place, for what is neither a sum nor a
  /// replacement.
  private static final long MAX_TABLE = 1L << 24;

  private ScatterOperators() {}

  private static Value blocks(Node node) {
    Value x = node.value(0);
    Value updates = node.value(2);
    Operand given = node.input(1);
    Tuples tuples = Tuples.of(node, x.shape(), given, 0);
    long count = given.shape().remove(given.rank() - 1).size();
    long block = tuples.rest().size();
    Shape places = given.shape().remove(given.rank() - 1);
    if (!updates.shape().equals(places.concat(tuples.rest()))) {
      throw node.error(
          "has updates %s; expected %s".formatted(updates.aval(), places.concat(tuples.rest())));
    }
    Optional<Tensor> known = given.known().map(ids -> Tuples.flat(node, ids, tuples.indexed()));
    return scatter(
            node,
            x.reshape(Shape.of(tuples.indexed().size(), block)),
            tuples.flat().flatten(),
            known,
            updates.reshape(Shape.of(count, block)))
        .reshape(x.shape());
  }

  private static Value elements(Node node) {
    Value x = node.value(0);
    Operand given = node.input(1);
    Value updates = node.value(2);
    int axis = node.axis(node.attributes().integer("axis", 0), x.rank());
    if (!updates.shape().equals(given.shape()) || given.rank() != x.rank()) {
      throw node.error(
          "has indices %s and updates %s into %s"
              .formatted(given.aval(), updates.aval(), x.aval()));
    }
    // The place of each update: its own index on every axis but one.
    long[] strides = x.shape().strides();
    Value counted = IndexingOperators.counted(node, given, x.dim(axis)).cast(DType.I64);
    Value inside = counted.ge(0).and(counted.lt(x.dim(axis)));
    Value place = counted.mul(strides[axis]);
    for (int i = 0; i < x.rank(); i++) {
      if (i != axis) {
        place = place.add(place.iota(DType.I64, given.shape(), i).mul(strides[i]));
      }
    }
    Value flat = inside.where(place, -1).flatten();
    Optional<Tensor> known = given.known().map(ids -> places(ids, x.shape(), axis));
    return scatter(
            node,
            x.reshape(Shape.of(x.size(), 1)),
            known.map(node::constant).orElse(flat),
            known,
            updates.reshape(Shape.of(updates.size(), 1)))
        .reshape(x.shape());
  }

  private static Tensor places(Tensor ids, Shape shape, int axis) {
    long[] strides = shape.strides();
    long[] own = ids.shape().strides();
    Tensor places = Tensor.zeros(DType.I64, Shape.of(ids.size()));
    for (long i = 0; i < ids.size(); i++) {
      long place = 0;
      for (int k = 0; k < shape.rank(); k++) {
        long index = i / own[k] % ids.shape().dim(k);
        long id = ids.getLong(i);
        place += (k == axis ? (id < 0 ? id + shape.dim(k) : id) : index) * strides[k];
      }
      places.setLong(i, place);
    }
    return places;
  }

  /// @param x `[J, B]`
  /// @param ids `[I]`, below 0 where nothing is written
  /// @param updates `[I, B]`
  private static Value scatter(
      Node node, Value x, Value ids, Optional<Tensor> known, Value updates) {
    String reduction = node.attributes().text("reduction", "none");
    return switch (reduction) {
      case "none" ->
          known
              .map(t -> replace(node, x, lastOnly(node, t), updates))
              .orElseGet(() -> replaceByLast(node, x, ids, updates));
      case "add" -> x.scatterAdd(ids, updates, 0);
      case "mul" -> x.mul(table(node, x, ids, updates, 1).prod(0));
      case "max" -> x.maximum(table(node, x, ids, updates, extreme(x.dtype(), false)).max(0));
      case "min" -> x.minimum(table(node, x, ids, updates, extreme(x.dtype(), true)).min(0));
      default ->
          throw node.error(
              "has reduction '" + reduction + "'; expected none, add, mul, max or min");
    };
  }

  /// `ids` with −1 in place of all but the last of equal ones.
  private static Value lastOnly(Node node, Tensor ids) {
    Map<Long, Long> last = new HashMap<>();
    Tensor kept = Tensor.zeros(DType.I64, Shape.of(ids.size()));
    for (long i = 0; i < ids.size(); i++) {
      kept.setLong(i, ids.getLong(i));
      Optional.ofNullable(last.put(ids.getLong(i), i))
          .ifPresent(earlier -> kept.setLong(earlier, -1));
    }
    return node.constant(kept);
  }

  /// [#replace] where `ids` may hold a place several times: the last update stays.
  private static Value replaceByLast(Node node, Value x, Value ids, Value updates) {
    if (ids.size() < 2) {
      return replace(node, x, ids, updates);
    }
    // Sorting keeps the order of equal ids.
    Indexing.Indexed sorted = ids.sortWithIndices(0, false);
    Value places = sorted.values();
    long count = ids.dim(0);
    Value next =
        Functions.concatenate(0, places.slice(0, 1, count), places.like(-1).slice(0, 0, 1));
    Value last = places.ne(next);
    return replace(
        node, x, last.where(places, -1), updates.gather(sorted.indices().cast(DType.I64), 0));
  }

  private static Value replace(Node node, Value x, Value ids, Value updates) {
    if (x.dtype() == DType.BOOL) {
      return replace(node, x.cast(DType.I32), ids, updates.cast(DType.I32)).cast(DType.BOOL);
    }
    Value ones = node.full(DType.I32, ids.shape(), 1);
    Value written = ones.segmentSum(ids, 0, x.dim(0)).gt(0).expandDims(1);
    return written.broadcastTo(x.shape()).where(updates.segmentSum(ids, 0, x.dim(0)), x);
  }

  /// `t[i, j, :] = ids[i] == j ? updates[i, :] : neutral`.
  private static Value table(Node node, Value x, Value ids, Value updates, double neutral) {
    if (ids.size() * x.size() > MAX_TABLE) {
      throw node.error(
          "meets %d updates with %s; expected at most %d pairs"
              .formatted(ids.size(), x.aval(), MAX_TABLE));
    }
    Shape pairs = Shape.of(ids.size(), x.dim(0));
    Value match = ids.expandDims(1).broadcastTo(pairs).eq(ids.iota(ids.dtype(), pairs, 1));
    return match.expandDims(2).where(updates.expandDims(1), neutral);
  }

  private static double extreme(DType dtype, boolean largest) {
    return switch (dtype) {
      case F32, F64 -> largest ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
      case I32 -> largest ? Integer.MAX_VALUE : Integer.MIN_VALUE;
      case I64 -> largest ? 0x1p62 : -0x1p62;
      case BOOL -> largest ? 1 : 0;
    };
  }
}
