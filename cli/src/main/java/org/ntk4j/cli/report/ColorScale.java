package org.ntk4j.cli.report;

import java.awt.Color;
import java.util.List;

/// Colours for numbers from 0 to 1, from dark to bright: as light grows, so does the number, and
/// people who see fewer colours see the same order.
final class ColorScale {
  /// Nine points of matplotlib's `viridis` (Smith and van der Walt, CC0).
  private static final List<Color> POINTS =
      List.of(
          new Color(0x440154),
          new Color(0x472d7b),
          new Color(0x3b528b),
          new Color(0x2c728e),
          new Color(0x21918c),
          new Color(0x28ae80),
          new Color(0x5ec962),
          new Color(0xaddc30),
          new Color(0xfde725));

  private ColorScale() {}

  /// The colour of `share`; numbers outside of 0 to 1 take the colour at that end.
  static Color at(double share) {
    double position = Math.clamp(share, 0, 1) * (POINTS.size() - 1);
    int below = Math.min((int) position, POINTS.size() - 2);
    double part = position - below;
    Color from = POINTS.get(below);
    Color to = POINTS.get(below + 1);
    return new Color(
        mixed(from.getRed(), to.getRed(), part),
        mixed(from.getGreen(), to.getGreen(), part),
        mixed(from.getBlue(), to.getBlue(), part));
  }

  private static int mixed(int from, int to, double part) {
    return (int) Math.round(from + part * (to - from));
  }
}
