package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Sequences of tensors whose length is known, and values that may be absent; nothing of them is
/// left in the program.
final class SequenceOperators {
  static final List<Operator> LIST =
      List.of(
          Operator.of("SequenceEmpty", 11, _ -> one(Operand.sequence(List.of()))),
          Operator.of("SequenceConstruct", 11, n -> one(Operand.sequence(n.inputs()))),
          Operator.of("SequenceInsert", 11, SequenceOperators::insert),
          Operator.of("SequenceErase", 11, SequenceOperators::erase),
          Operator.of("SequenceAt", 11, n -> one(n.input(0).items().get(place(n, 1, 0)))),
          Operator.of("SequenceLength", 11, n -> one(known(n.input(0).items().size()))),
          Operator.of("SplitToSequence", 11, SequenceOperators::split).steering(1),
          Operator.of("ConcatFromSequence", 11, SequenceOperators::concatenate),
          Operator.of("OptionalHasElement", 15, n -> one(flag(n.optionalInput(0).isPresent()))),
          Operator.of("OptionalGetElement", 15, n -> one(n.input(0))));

  private SequenceOperators() {}

  /// Whether `row` makes or takes a sequence.
  static boolean has(Operator row) {
    return LIST.contains(row);
  }

  private static List<Operand> one(Operand operand) {
    return List.of(operand);
  }

  private static Operand known(long number) {
    return Operand.known(Tensor.of(new long[] {number}).reshape(Shape.SCALAR));
  }

  private static Operand flag(boolean truth) {
    return Operand.known(Tensor.of(new boolean[] {truth}).reshape(Shape.SCALAR));
  }

  /// The place that input `i` names, counted from the end if below 0.
  ///
  /// @param more how many places there are beyond the last item
  private static int place(Node node, int i, int more) {
    int size = node.input(0).items().size();
    long place = node.input(i).integer();
    if (place < -size || place >= size + more) {
      throw node.error("has position %d in a sequence of %d".formatted(place, size));
    }
    return (int) (place < 0 ? place + size : place);
  }

  private static List<Operand> insert(Node node) {
    List<Operand> items = new ArrayList<>(node.input(0).items());
    int place = node.optionalInput(2).isPresent() ? place(node, 2, 1) : items.size();
    items.add(place, node.input(1));
    return one(Operand.sequence(items));
  }

  private static List<Operand> erase(Node node) {
    List<Operand> items = new ArrayList<>(node.input(0).items());
    if (items.isEmpty()) {
      throw node.error("has nothing to erase");
    }
    items.remove(node.optionalInput(1).isPresent() ? place(node, 1, 0) : items.size() - 1);
    return one(Operand.sequence(items));
  }

  private static List<Operand> split(Node node) {
    Operand x = node.input(0);
    int axis = node.axis(node.attributes().integer("axis", 0), x.rank());
    long size = x.shape().dim(axis);
    boolean whole = node.optionalInput(1).isPresent();
    boolean squeezed = !whole && !node.attributes().flag("keepdims", true);
    List<Operand> items = new ArrayList<>();
    long from = 0;
    for (long length : lengths(node, size)) {
      long begin = from;
      items.add(
          Folding.apply(
              List.of(x),
              in -> {
                Value cut = in.getFirst().slice(axis, begin, begin + length);
                return squeezed ? cut.squeeze(axis) : cut;
              }));
      from += length;
    }
    if (from != size) {
      throw node.error("splits %d of an axis of size %d".formatted(from, size));
    }
    return one(Operand.sequence(items));
  }

  private static List<Long> lengths(Node node, long size) {
    Optional<Operand> given = node.optionalInput(1);
    if (given.isEmpty()) {
      return Collections.nCopies(Math.toIntExact(size), 1L);
    }
    List<Long> lengths = given.get().longs();
    if (lengths.stream().anyMatch(l -> l < (given.get().rank() == 0 ? 1 : 0))) {
      throw node.error("splits into " + lengths);
    }
    if (given.get().rank() > 0) {
      return lengths;
    }
    List<Long> chunks = new ArrayList<>();
    for (long from = 0; from < size; from += lengths.getFirst()) {
      chunks.add(Math.min(lengths.getFirst(), size - from));
    }
    return chunks;
  }

  private static List<Operand> concatenate(Node node) {
    List<Operand> items = node.input(0).items();
    if (items.isEmpty()) {
      throw node.error("concatenates an empty sequence");
    }
    Attributes a = node.attributes();
    boolean stacked = a.flag("new_axis", false);
    long given = a.required("axis", a.integer("axis"));
    int rank = items.getFirst().rank();
    int axis = node.axis(given, stacked ? rank + 1 : rank);
    return one(
        Folding.apply(
            items, in -> stacked ? Functions.stack(axis, in) : Functions.concatenate(axis, in)));
  }
}
