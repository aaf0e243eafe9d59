package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Counts of token sequences, where tokens are integers.
final class TextOperators {
  static final List<Operator> LIST =
      List.of(
          Operator.single("TfIdfVectorizer", 9, TextOperators::count)
              .refusing(a ->
                  a.has("pool_strings")
                      ? Optional.of("made for strings, which are not supported")
                      : Optional.empty()));

  private TextOperators() {}

  /// The n-grams of one length `n`, each a row of tokens, and which output each adds to.
  private record Grams(int length, List<Long> tokens, List<Long> outputs) {
    int count() {
      return outputs.size();
    }

    /// `t[k]` is token `j` of n-gram `k`.
    Tensor tokens(int j, DType dtype) {
      Tensor column = Tensor.zeros(dtype, Shape.of(count()));
      for (int k = 0; k < count(); k++) {
        column.setLong(k, tokens.get(k * length + j));
      }
      return column;
    }

    /// `m[k, o]` is 1 where n-gram `k` adds to output `o`.
    Tensor places(DType dtype, long size) {
      Tensor places = Tensor.zeros(dtype, Shape.of(count(), size));
      for (int k = 0; k < count(); k++) {
        places.setDouble(k * size + outputs.get(k), 1);
      }
      return places;
    }
  }

  private static Value count(Node node) {
    Value x = node.value(0);
    Attributes a = node.attributes();
    List<Long> outputs = a.required("ngram_indexes", a.integers("ngram_indexes"));
    long size = outputs.isEmpty() ? 0 : Collections.max(outputs) + 1;
    long shortest = a.required("min_gram_length", a.integer("min_gram_length"));
    long longest = a.required("max_gram_length", a.integer("max_gram_length"));
    long skips = a.required("max_skip_count", a.integer("max_skip_count"));
    DType dtype = a.floats();
    Value counts = x.full(dtype, x.shape().with(x.rank() - 1, size), 0);
    for (Grams grams : grams(node, outputs)) {
      boolean counted = shortest <= grams.length() && grams.length() <= longest;
      for (long skip = 0; counted && skip <= (grams.length() == 1 ? 0 : skips); skip++) {
        long reach = (grams.length() - 1) * (skip + 1);
        if (grams.count() > 0 && reach < x.dim(-1)) {
          Value found = matches(node, x, grams, skip + 1, x.dim(-1) - reach).cast(dtype);
          Value places = node.constant(grams.places(dtype, size));
          counts = counts.add(Functions.einsum("...pk,ko->...o", found, places));
        }
      }
    }
    return weighted(node, counts, outputs, size);
  }

  /// `y[.., p, k]`: whether n-gram `k` begins at `p` with its tokens `step` apart.
  private static Value matches(Node node, Value x, Grams grams, long step, long positions) {
    int last = x.rank() - 1;
    Shape shape = x.shape().with(last, positions).insert(last + 1, grams.count());
    Value all = x.full(DType.BOOL, shape, 1);
    for (int j = 0; j < grams.length(); j++) {
      Value token = x.slice(last, j * step, j * step + positions).expandDims(-1);
      Value wanted = node.constant(grams.tokens(j, x.dtype()));
      all = all.and(token.broadcastTo(shape).eq(wanted.broadcastTo(shape)));
    }
    return all;
  }

  private static List<Grams> grams(Node node, List<Long> outputs) {
    Attributes a = node.attributes();
    List<Long> pool = a.required("pool_int64s", a.integers("pool_int64s"));
    List<Long> starts = a.required("ngram_counts", a.integers("ngram_counts"));
    List<Grams> all = new ArrayList<>();
    int number = 0;
    for (int i = 0; i < starts.size(); i++) {
      int from = Math.toIntExact(starts.get(i));
      int to = i + 1 < starts.size() ? Math.toIntExact(starts.get(i + 1)) : pool.size();
      int count = (to - from) / (i + 1);
      boolean fits =
          0 <= from && from <= to && to <= pool.size() && number + count <= outputs.size();
      if (!fits || (to - from) % (i + 1) != 0) {
        throw node.error("has n-grams that do not fit: ngram_counts " + starts);
      }
      all.add(new Grams(i + 1, pool.subList(from, to), outputs.subList(number, number + count)));
      number += count;
    }
    return all;
  }

  private static Value weighted(Node node, Value counts, List<Long> outputs, long size) {
    Attributes a = node.attributes();
    Tensor weights = Tensor.fill(counts.dtype(), Shape.of(size), 1);
    List<Double> given = a.numbers("weights").orElse(List.of());
    for (int k = 0; k < Math.min(given.size(), outputs.size()); k++) {
      weights.setDouble(outputs.get(k), given.get(k));
    }
    String mode = a.required("mode", a.text("mode"));
    return switch (mode) {
      case "TF" -> counts;
      case "IDF" -> counts.gt(0).cast(counts.dtype()).mul(node.constant(weights));
      case "TFIDF" -> counts.mul(node.constant(weights));
      default -> throw node.error("has mode '" + mode + "'; expected TF, IDF or TFIDF");
    };
  }
}
