package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Transpose;

/// A computed kernel: one block for each pair of outputs asked for, and, if asked so, for each
/// parameter.
///
/// @param outputs paths of the network's outputs, as a tree of them
/// @param blocks the blocks, by pairs of outputs, then by parameters
/// @param precision the dtype it was computed in
/// @param productPrecision in which arithmetic products of `f32` numbers were computed: `float32`,
///   unless the back end was asked for another
/// @param memory what memory it took; absent for a kernel that was put together of others
/// @param report what is remarkable: values that are not finite, axes that may be meant otherwise
public record Kernel(
    Tree<String> outputs,
    List<KernelBlock> blocks,
    DType precision,
    String productPrecision,
    Optional<MemoryUse> memory,
    List<String> report) {
  public Kernel {
    blocks = List.copyOf(blocks);
    report = List.copyOf(report);
  }

  /// The values of a kernel that has one block.
  ///
  /// @throws IllegalStateException if it has several
  public Tensor values() {
    return only(blocks).values();
  }

  private static KernelBlock only(List<KernelBlock> blocks) {
    if (blocks.size() != 1) {
      throw new IllegalStateException(
          "the kernel has " + blocks.size() + " blocks; ask for one of them by name");
    }
    return blocks.getFirst();
  }

  /// The kernel of each output with itself.
  public Tree<Tensor> tree() {
    return outputs.map(path -> block(path, path).values());
  }

  /// The block between two outputs.
  ///
  /// @throws IllegalArgumentException if there is none
  public KernelBlock block(String first, String second) {
    List<KernelBlock> found =
        blocks.stream().filter(b -> b.first().equals(first) && b.second().equals(second)).toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "no kernel between outputs `%s` and `%s`; the outputs are %s%s"
              .formatted(first, second, outputs.leaves(), hint(first, second)));
    }
    return only(found);
  }

  private static String hint(String first, String second) {
    return first.equals(second) ? "" : ", and kernels between different ones need crossOutputs";
  }

  /// The kernel of one parameter.
  ///
  /// @throws IllegalArgumentException if kernels were not asked for per parameter, or it has none
  public Kernel ofParameter(String path) {
    List<KernelBlock> found =
        blocks.stream().filter(b -> b.parameter().equals(Optional.of(path))).toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "no kernel of parameter `%s`; there are %s"
              .formatted(
                  path, blocks.stream().flatMap(b -> b.parameter().stream()).distinct().toList()));
    }
    List<KernelBlock> own =
        found.stream()
            .map(
                b -> new KernelBlock(b.first(), b.second(), Optional.empty(), b.values(), b.axes()))
            .toList();
    return new Kernel(outputs, own, precision, productPrecision, memory, report);
  }

  /// `[N1·O, N2·O']`: the axes of the first side (examples first) by those of the second. With
  /// kernels between all outputs, `O` runs over the outputs too, one after the other.
  ///
  /// @throws IllegalStateException if there are diagonal axes, or several outputs without the
  ///   kernels between them, or kernels per parameter
  public Tensor asMatrix() {
    if (blocks.stream().anyMatch(KernelBlock::hasDiagonal)) {
      throw new IllegalStateException(
          "a kernel with diagonal axes is no matrix: entries off the diagonal are not known");
    }
    int rows = outputs.leaves().size();
    if (blocks.size() != rows * rows) {
      throw new IllegalStateException(
          "%d blocks of %d outputs make no matrix; ask for one block, or for crossOutputs"
              .formatted(blocks.size(), rows));
    }
    Builder b = new Builder();
    List<Var> inputs = blocks.stream().map(k -> new Var(aval(k.values()))).toList();
    List<Atom> stripes = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      List<Atom> stripe = new ArrayList<>();
      for (int i = row * rows; i < (row + 1) * rows; i++) {
        stripe.add(flat(b, blocks.get(i), inputs.get(i)));
      }
      stripes.add(joined(b, stripe, 1));
    }
    List<Tensor> values = blocks.stream().map(KernelBlock::values).toList();
    return Evaluator.run(b.build(inputs, List.of(joined(b, stripes, 0))), values).getFirst();
  }

  private static Aval aval(Tensor x) {
    return new Aval(x.dtype(), x.shape());
  }

  private static Atom joined(Builder b, List<Atom> parts, int axis) {
    return parts.size() == 1 ? parts.getFirst() : b.emit(new Concatenate(axis), parts);
  }

  private static Atom flat(Builder b, KernelBlock block, Var values) {
    List<Integer> order = new ArrayList<>(block.side(false));
    long rows = order.stream().mapToLong(k -> values.aval().dim(k)).reduce(1, Math::multiplyExact);
    List<Integer> second = block.side(true);
    long columns =
        second.stream().mapToLong(k -> values.aval().dim(k)).reduce(1, Math::multiplyExact);
    order.addAll(second);
    return b.emit(new Reshape(Shape.of(rows, columns)), b.emit(new Transpose(order), values));
  }
}
