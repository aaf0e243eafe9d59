package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Attention, and rotations that encode positions.
final class AttentionOperators {
  static final List<Operator> LIST =
      List.of(
          Operator.several("Attention", 23, AttentionOperators::attention),
          Operator.single("RotaryEmbedding", 23, AttentionOperators::rotary).steering(1, 2),
          Operator.several("LinearAttention", 27, AttentionOperators::linear));

  private AttentionOperators() {}

  /// `[b, t, h * d]` as `[b, h, t, d]`; four axes stay.
  private static Value heads(Node node, Value x, long count) {
    if (x.rank() == 4) {
      return x;
    }
    if (x.rank() != 3 || count < 1 || x.dim(2) % count != 0) {
      throw node.error("operand %s does not hold %d heads".formatted(x.aval(), count));
    }
    return x.reshape(x.dim(0), x.dim(1), count, x.dim(2) / count).swapAxes(1, 2);
  }

  private static Value merged(Value x) {
    return x.swapAxes(1, 2).reshape(x.dim(0), x.dim(2), x.dim(1) * x.dim(3));
  }

  private static long headCount(Node node, String name) {
    return node.attributes().integer(name, 0);
  }

  /// Every head `times` times in a row.
  private static Value repeated(Value x, long times) {
    if (times == 1) {
      return x;
    }
    Shape wide = x.shape().insert(2, times);
    return x.expandDims(2).broadcastTo(wide).reshape(x.shape().with(1, x.dim(1) * times));
  }

  private static Value joined(Optional<Value> past, Value now) {
    return past.map(p -> Functions.concatenate(2, p, now)).orElse(now);
  }

  private static List<Value> attention(Node node) {
    Attributes a = node.attributes();
    Value q = heads(node, node.value(0), headCount(node, "q_num_heads"));
    Value k =
        joined(node.optionalValue(4), heads(node, node.value(1), headCount(node, "kv_num_heads")));
    Value v =
        joined(node.optionalValue(5), heads(node, node.value(2), headCount(node, "kv_num_heads")));
    if (k.dim(1) == 0 || q.dim(1) % k.dim(1) != 0) {
      throw node.error("%d query heads share %d key heads".formatted(q.dim(1), k.dim(1)));
    }
    long shared = q.dim(1) / k.dim(1);
    double scale = Math.sqrt(a.number("scale").orElse(1 / Math.sqrt(q.dim(3))));
    Value keys = repeated(k, shared).mul(scale);
    Value scores = q.mul(scale).matmul(keys.matrixTranspose());
    double cap = a.number("softcap", 0);
    Value capped = cap > 0 ? scores.div(cap).tanh().mul(cap) : scores;
    AttentionMask mask = AttentionMask.of(node, q, k);
    Value biased = mask.apply(capped);
    Value weights = mask.softmax(precise(node, biased)).cast(q.dtype());
    Value y = weights.matmul(repeated(v, shared));
    Value shown =
        switch ((int) a.integer("qk_matmul_output_mode", 0)) {
          case 0 -> scores;
          case 1 -> capped;
          case 2 -> biased;
          case 3 -> weights;
          default -> throw node.error("qk_matmul_output_mode is none of 0 to 3");
        };
    return List.of(node.value(0).rank() == 3 ? merged(y) : y, k, v, shown);
  }

  private static Value precise(Node node, Value x) {
    return node.attributes().dtype("softmax_precision").map(x::cast).orElse(x);
  }

  private static Value rotary(Node node) {
    Value given = node.value(0);
    Attributes a = node.attributes();
    boolean fourAxes = given.rank() == 4;
    Value x = heads(node, given, headCount(node, "num_heads")).swapAxes(1, 2);
    long stated = a.integer("rotary_embedding_dim", 0);
    long size = stated == 0 ? x.dim(3) : stated;
    Value cos = positions(node, node.value(1)).expandDims(2);
    Value sin = positions(node, node.value(2)).expandDims(2);
    boolean interleaved = a.flag("interleaved", false);
    Value turning = x.slice(3, 0, size);
    long half = size / 2;
    Value first = interleaved ? turning.slice(3, 0, size, 2) : turning.slice(3, 0, half);
    Value second = interleaved ? turning.slice(3, 1, size, 2) : turning.slice(3, half, size);
    Value real = cos.mul(first).sub(sin.mul(second));
    Value imaginary = sin.mul(first).add(cos.mul(second));
    Value turned =
        interleaved
            ? Functions.stack(4, real, imaginary).reshape(turning.shape())
            : Functions.concatenate(3, real, imaginary);
    Value y =
        size == x.dim(3) ? turned : Functions.concatenate(3, turned, x.slice(3, size, x.dim(3)));
    return fourAxes ? y.swapAxes(1, 2) : y.reshape(given.shape());
  }

  /// Rows of a cache at the positions of the tokens.
  private static Value positions(Node node, Value cache) {
    return node.optionalValue(3).map(ids -> cache.gather(ids, 0)).orElse(cache);
  }

  private static List<Value> linear(Node node) {
    Attributes a = node.attributes();
    long queryHeads = headCount(node, "q_num_heads");
    long heads = headCount(node, "kv_num_heads");
    Value q = heads(node, node.value(0), queryHeads);
    Value k = heads(node, node.value(1), heads);
    Value v = heads(node, node.value(2), heads);
    Shape stateShape = Shape.of(q.dim(0), heads, k.dim(3), v.dim(3));
    Value state = node.optionalValue(3).orElseGet(() -> q.full(q.dtype(), stateShape, 0));
    Optional<Value> decay = node.optionalValue(4).map(d -> heads(node, d, heads));
    Optional<Value> beta = node.optionalValue(5).map(b -> heads(node, b, b.dim(2)));
    double stated = a.number("scale", 0);
    double scale = stated == 0 ? 1 / Math.sqrt(k.dim(3)) : stated;
    List<Value> xs = new ArrayList<>(List.of(q, k, v));
    decay.ifPresent(xs::add);
    beta.ifPresent(xs::add);
    List<Value> timeFirst = xs.stream().map(x -> x.moveAxis(2, 0)).toList();
    Control.Step run =
        Control.scan(
            List.of(state),
            timeFirst,
            (carry, in) -> {
              Value s = carry.getFirst();
              if (decay.isPresent()) {
                s = s.mul(in.get(3).exp().expandDims(-1));
              }
              Value value = in.get(2);
              if (beta.isPresent()) {
                Value stored = Functions.einsum("bhdm,bhd->bhm", s, in.get(1));
                value = in.getLast().mul(value.sub(stored));
              }
              Value next = s.add(in.get(1).expandDims(-1).mul(value.expandDims(-2)));
              Value read = repeated(next, queryHeads / heads);
              Value y = Functions.einsum("bhd,bhdm->bhm", in.get(0), read).mul(scale);
              return new Control.Step(List.of(next), List.of(y));
            });
    Value y = run.outputs().getFirst().moveAxis(0, 2);
    return List.of(merged(y), run.carry().getFirst());
  }
}
