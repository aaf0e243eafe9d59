package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// What is added to attention scores, and which keys a query may see.
///
/// @param bias what is added, if anything
/// @param allowed which keys are seen, if not all
record AttentionMask(Optional<Value> bias, Optional<Value> allowed) {

  /// The mask of a node with queries and keys `[b, h, t, d]`.
  static AttentionMask of(Node node, Value q, Value k) {
    Optional<Value> given = node.optionalValue(3).map(m -> padded(m, k.dim(2)));
    Optional<Value> bias = given.filter(m -> m.dtype() != DType.BOOL);
    List<Value> conditions = new ArrayList<>();
    given.filter(m -> m.dtype() == DType.BOOL).ifPresent(conditions::add);
    bias.ifPresent(b -> conditions.add(b.ne(Double.NEGATIVE_INFINITY)));
    Shape pairs = Shape.of(q.dim(2), k.dim(2));
    Value query = q.iota(DType.I64, pairs, 0);
    Value key = q.iota(DType.I64, pairs, 1);
    Optional<Value> lengths =
        node.optionalValue(6).map(l -> l.cast(DType.I64).reshape(-1, 1, 1, 1));
    Value place = query.add(offset(node, q, query, lengths));
    Attributes a = node.attributes();
    if (a.flag("is_causal", false)) {
      conditions.add(key.le(place));
    }
    long left = a.integer("left_window_size", -1);
    long right = a.integer("right_window_size", -1);
    if (left >= 0) {
      conditions.add(place.sub(key).le((double) left));
    }
    if (right >= 0) {
      conditions.add(key.sub(place).le((double) right));
    }
    lengths.ifPresent(l -> conditions.add(key.lt(l)));
    return new AttentionMask(bias, conditions.stream().reduce(Value::and));
  }

  /// Number of keys before the first query.
  private static Value offset(Node node, Value q, Value like, Optional<Value> lengths) {
    if (node.optionalInput(4).isPresent() || lengths.isEmpty()) {
      double past = node.optionalInput(4).map(p -> p.shape().dim(2)).orElse(0L);
      return like.like(past);
    }
    return lengths.get().sub((double) q.dim(2));
  }

  /// A mask over fewer keys hides the others.
  private static Value padded(Value mask, long keys) {
    long missing = keys - mask.dim(-1);
    if (missing <= 0) {
      return mask;
    }
    List<Long> lo = Collections.nCopies(mask.rank(), 0L);
    List<Long> hi = new ArrayList<>(lo);
    hi.set(mask.rank() - 1, missing);
    return mask.dtype() == DType.BOOL
        ? mask.cast(DType.I32).pad(lo, hi, 0).cast(DType.BOOL)
        : mask.pad(lo, hi, Double.NEGATIVE_INFINITY);
  }

  /// The scores with the bias, negative infinity where nothing is seen.
  Value apply(Value scores) {
    Value biased = bias.map(scores::add).orElse(scores);
    return allowed
        .map(seen -> seen.where(biased, biased.like(Double.NEGATIVE_INFINITY)))
        .orElse(biased);
  }

  /// The softmax over keys, 0 for a query that sees none.
  Value softmax(Value scores) {
    if (allowed.isEmpty()) {
      return Functions.softmax(scores, -1);
    }
    Value seen = allowed.get().broadcastTo(scores.shape());
    Value none = seen.cast(DType.I32).maxKeepDims(-1).eq(0);
    Value safe = none.where(0, scores);
    return none.where(0, Functions.softmax(safe, -1));
  }
}
