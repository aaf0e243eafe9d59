package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.autodiff.structure.KernelAxes;
import org.ntk4j.autodiff.structure.KernelEntry;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ntk.KernelProduct.Axis;

/// One result of a kernel program.
///
/// @param entry which kernel it is
/// @param shape its shape for all examples
/// @param axes what its axes are
/// @param mirror number of the result that is its transpose if both sides are the same
record TileBlock(KernelEntry entry, DType dtype, Shape shape, List<Axis> axes, int mirror) {
  TileBlock {
    axes = List.copyOf(axes);
  }

  /// The results of the programs of `setting`, in order.
  static List<TileBlock> of(KernelSetting setting) {
    int copies = setting.problem().perParameter() ? setting.activeParameters().size() : 1;
    List<TileBlock> blocks = new ArrayList<>();
    add(setting, setting.problem().entries(), copies, blocks);
    add(setting, setting.nngp(), 1, blocks);
    return blocks;
  }

  private static void add(
      KernelSetting setting, List<KernelEntry> entries, int copies, List<TileBlock> blocks) {
    int from = blocks.size();
    for (KernelEntry entry : entries) {
      KernelProduct product = setting.product(entry);
      int partner =
          entries.indexOf(
              new KernelEntry(
                  /* first= */ entry.second(), /* second= */ entry.first(), entry.axes()));
      for (int k = 0; k < copies; k++) {
        blocks.add(
            new TileBlock(
                entry,
                setting.dtype(entry),
                product.shape(),
                product.interleaved(),
                from + partner * copies + k));
      }
    }
  }

  /// Its axes in the order of those of its mirror image `target`.
  List<Integer> swap(TileBlock target) {
    return target.axes().stream()
        .map(a -> entry.axes().unifies(a.index()) ? a : new Axis(a.index(), 1 - a.side()))
        .map(axes::indexOf)
        .toList();
  }

  /// Whether the examples are summed over.
  boolean sumsExamples() {
    return entry.axes().trace().contains(0);
  }

  /// `entry` as a tile computes it: examples that are summed over are kept, because tiles overlap.
  static KernelEntry ofTile(KernelEntry entry) {
    KernelAxes axes = entry.axes();
    if (!axes.trace().contains(0)) {
      return entry;
    }
    List<Integer> diagonal = new ArrayList<>(List.of(0));
    diagonal.addAll(axes.diagonal());
    List<Integer> trace = axes.trace().stream().filter(axis -> axis != 0).toList();
    return new KernelEntry(entry.first(), entry.second(), new KernelAxes(trace, diagonal));
  }
}
