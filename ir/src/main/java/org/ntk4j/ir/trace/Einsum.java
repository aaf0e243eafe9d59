package org.ntk4j.ir.trace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Gather;

/// Sums of products of values whose axes carry labels, as a chain of contractions from left to
/// right.
final class Einsum {

  /// A value and the label of each of its axes.
  private record Labelled(Value value, List<Integer> labels) {
    Labelled {
      labels = List.copyOf(labels);
    }
  }

  private Einsum() {}

  /// `out[o..] = Σ Π_k operand_k[labels_k]` over all labels that are not in `out`.
  ///
  /// @param broadcasts which labels may have size 1 in one operand and another size in the next
  static Value of(
      String what,
      List<Value> operands,
      List<List<Integer>> labels,
      List<Integer> out,
      IntPredicate broadcasts) {
    Map<Integer, Long> sizes = sizes(what, operands, labels, broadcasts);
    List<Labelled> terms = new ArrayList<>();
    for (int k = 0; k < operands.size(); k++) {
      terms.add(dropBroadcast(operands.get(k), labels.get(k), sizes));
    }
    Labelled result = diagonal(terms.getFirst());
    for (int k = 1; k < terms.size(); k++) {
      Labelled next = diagonal(terms.get(k));
      Set<Integer> later = new HashSet<>(out);
      terms.subList(k + 1, terms.size()).forEach(t -> later.addAll(t.labels()));
      result =
          contract(what, sumUnused(result, later, next), sumUnused(next, later, result), later);
    }
    return arrange(sumUnused(result, new HashSet<>(out), result, false), out, sizes);
  }

  private static Map<Integer, Long> sizes(
      String what, List<Value> operands, List<List<Integer>> labels, IntPredicate broadcasts) {
    Map<Integer, Long> sizes = new HashMap<>();
    for (int k = 0; k < operands.size(); k++) {
      for (int axis = 0; axis < labels.get(k).size(); axis++) {
        int label = labels.get(k).get(axis);
        long size = operands.get(k).dim(axis);
        long known = sizes.getOrDefault(label, size);
        boolean stretch = broadcasts.test(label) && (known == 1 || size == 1);
        if (known != size && !stretch) {
          throw new IllegalArgumentException(
              "%s: axis %d of operand %d has size %d where another operand has %d; operands: %s"
                  .formatted(
                      what, axis, k, size, known, operands.stream().map(Value::aval).toList()));
        }
        sizes.put(label, known == 1 ? size : known);
      }
    }
    return sizes;
  }

  /// Without the axes of size 1 that broadcast to a larger size.
  private static Labelled dropBroadcast(Value x, List<Integer> labels, Map<Integer, Long> sizes) {
    List<Integer> dropped =
        Axes.range(0, x.rank()).stream()
            .filter(a -> x.dim(a) != sizes.getOrDefault(labels.get(a), 1L))
            .toList();
    List<Integer> kept =
        Axes.range(0, x.rank()).stream()
            .filter(a -> !dropped.contains(a))
            .map(labels::get)
            .toList();
    return new Labelled(x.reshape(x.shape().removeAll(dropped)), kept);
  }

  /// `x[.., i, .., i, ..]` as `y[i, ..]`, until no label repeats.
  private static Labelled diagonal(Labelled x) {
    for (int first = 0; first < x.labels().size(); first++) {
      int second = x.labels().lastIndexOf(x.labels().get(first));
      if (second > first) {
        Value front = x.value().moveAxis(second, 0).moveAxis(first + 1, 0);
        Value ids = front.arange(DType.I32, front.dim(0));
        List<Integer> labels = new ArrayList<>(x.labels());
        Integer label = labels.remove(second);
        labels.remove(first);
        labels.addFirst(label);
        return diagonal(new Labelled(Value.emit(new Gather(1, 1), front, ids), labels));
      }
    }
    return x;
  }

  private static Labelled sumUnused(Labelled x, Set<Integer> later, Labelled partner) {
    return sumUnused(x, later, partner, true);
  }

  /// Sums over the labels that occur neither later nor, if `shared`, in the partner.
  private static Labelled sumUnused(
      Labelled x, Set<Integer> later, Labelled partner, boolean shared) {
    List<Integer> labels = new ArrayList<>();
    List<Integer> summed = new ArrayList<>();
    for (int axis = 0; axis < x.labels().size(); axis++) {
      int label = x.labels().get(axis);
      if (later.contains(label) || (shared && partner.labels().contains(label))) {
        labels.add(label);
      } else {
        summed.add(axis);
      }
    }
    if (summed.isEmpty()) {
      return x;
    }
    int[] axes = summed.stream().mapToInt(Integer::intValue).toArray();
    return new Labelled(x.value().sum(axes), labels);
  }

  private static Labelled contract(String what, Labelled x, Labelled y, Set<Integer> later) {
    List<Integer> batch = x.labels().stream().filter(y.labels()::contains).toList();
    List<Integer> summed = batch.stream().filter(l -> !later.contains(l)).toList();
    batch = batch.stream().filter(later::contains).toList();
    List<Integer> labels = new ArrayList<>(batch);
    x.labels().stream().filter(l -> !y.labels().contains(l)).forEach(labels::add);
    y.labels().stream().filter(l -> !x.labels().contains(l)).forEach(labels::add);
    if (x.value().dtype() != y.value().dtype()) {
      throw new IllegalArgumentException(
          "%s: the operands have dtypes %s and %s; cast one of them"
              .formatted(what, x.value().dtype(), y.value().dtype()));
    }
    Contract op = new Contract(axes(x, batch), axes(y, batch), axes(x, summed), axes(y, summed));
    return new Labelled(Value.emit(op, x.value(), y.value()), labels);
  }

  private static List<Integer> axes(Labelled x, List<Integer> labels) {
    return labels.stream().map(x.labels()::indexOf).toList();
  }

  /// The axes in the order of `out`; labels of `out` that no operand kept (broadcast) have size 1
  /// in every operand.
  private static Value arrange(Labelled x, List<Integer> out, Map<Integer, Long> sizes) {
    List<Integer> present = out.stream().filter(x.labels()::contains).toList();
    Value permuted = x.value().permute(axes(x, present));
    long[] dims = out.stream().mapToLong(l -> sizes.getOrDefault(l, 1L)).toArray();
    return permuted.reshape(Shape.of(dims));
  }
}
