package org.ntk4j.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.ntk4j.core.Tensor;

/// The picture of a matrix in colours, with a colour bar; with lines between classes where rows and
/// columns are sorted by class.
public final class HeatMap {
  /// What is written around the picture.
  ///
  /// @param rows what the rows are, on the left
  /// @param columns what the columns are, below
  public record Text(String title, String subtitle, String rows, String columns) {}

  private static final int SIDE = 768;
  private static final int LEFT = 96;
  private static final int TOP = 104;
  private static final int RIGHT = 150;
  private static final int BOTTOM = 84;
  private static final int BAR_WIDTH = 24;
  private static final int BAR_GAP = 28;

  /// About so many steps from one end of the colour bar to the other.
  private static final double TICKS = 10;

  private static final Color INK = new Color(0x22, 0x22, 0x22);
  private static final Color FAINT = new Color(0x66, 0x66, 0x66);

  /// Entries below this share of all, and above its complement, are drawn alike: the 1 of each
  /// image with itself would leave few colours for the others.
  private static final double CLIP = 0.01;

  private final double[] values;
  private final int rows;
  private final int columns;
  private final List<Integer> labels;
  private final Text text;
  private final double tick;
  private final double low;
  private final double high;
  private final BufferedImage image;
  private final Graphics2D g;

  private HeatMap(Tensor matrix, List<Integer> labels, Text text) {
    this.labels = labels;
    this.text = text;
    this.values = matrix.toDoubles();
    this.rows = (int) matrix.shape().dim(0);
    this.columns = (int) matrix.shape().dim(1);
    double[] sorted = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    double least = quantile(sorted, CLIP);
    double most = quantile(sorted, 1 - CLIP);
    this.tick = tick(most - least);
    this.low = Math.floor(least / tick) * tick;
    this.high = Math.max(low + tick, Math.ceil(most / tick) * tick);
    this.image =
        new BufferedImage(LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM, BufferedImage.TYPE_INT_RGB);
    this.g = image.createGraphics();
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) (share * (sorted.length - 1))];
  }

  /// 1, 2 or 5 times a power of ten.
  private static double tick(double range) {
    double least = Math.max(range, Double.MIN_NORMAL) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= least) {
        return range > 0 ? factor * power : 1;
      }
    }
    return range > 0 ? 10 * power : 1;
  }

  /// The picture of a matrix.
  ///
  /// @param matrix `[rows, columns]`, not empty
  public static BufferedImage draw(Tensor matrix, Text text) {
    return draw(matrix, List.of(), text);
  }

  /// The picture of a matrix whose rows and columns are the same examples.
  ///
  /// @param matrix `[n, n]`
  /// @param labels the class of each example, in ascending order
  public static BufferedImage draw(Tensor matrix, List<Integer> labels, Text text) {
    HeatMap map = new HeatMap(matrix, labels, text);
    try {
      map.draw();
      return map.image;
    } finally {
      map.g.dispose();
    }
  }

  private void draw() {
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, image.getWidth(), image.getHeight());
    entries();
    classes();
    bar();
    titles();
  }

  private void entries() {
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        double share = (mean(row, column) - low) / (high - low);
        image.setRGB(LEFT + column, TOP + row, ColorScale.at(share).getRGB());
      }
    }
  }

  /// The mean of the entries under a pixel; there is more than one if the kernel is larger than the
  /// picture.
  private double mean(int row, int column) {
    int top = start(row, rows);
    int left = start(column, columns);
    int height = Math.max(1, start(row + 1, rows) - top);
    int width = Math.max(1, start(column + 1, columns) - left);
    double sum = 0;
    for (int i = top; i < top + height; i++) {
      for (int j = left; j < left + width; j++) {
        sum += values[i * columns + j];
      }
    }
    return sum / height / width;
  }

  private static int start(int pixel, int count) {
    return (int) ((long) pixel * count / SIDE);
  }

  private void classes() {
    g.setFont(font(Font.PLAIN, 18));
    for (int c : labels.stream().distinct().toList()) {
      int from = labels.indexOf(c);
      int to = from + Collections.frequency(labels, c);
      double middle = (from + to) / 2.0 * SIDE / rows;
      g.setColor(INK);
      String name = Integer.toString(c);
      centred(name, LEFT + middle, TOP + SIDE + 24);
      centred(name, LEFT - 18, TOP + middle + 6);
      if (to < rows) {
        double edge = (double) to * SIDE / rows;
        g.setColor(new Color(255, 255, 255, 150));
        g.setStroke(new BasicStroke(1));
        g.draw(new Line2D.Double(LEFT + edge, TOP, LEFT + edge, TOP + SIDE));
        g.draw(new Line2D.Double(LEFT, TOP + edge, LEFT + SIDE, TOP + edge));
      }
    }
    g.setColor(FAINT);
    g.drawRect(LEFT - 1, TOP - 1, SIDE + 1, SIDE + 1);
  }

  private void bar() {
    int x = LEFT + SIDE + BAR_GAP;
    for (int row = 0; row < SIDE; row++) {
      g.setColor(ColorScale.at(1 - (row + 0.5) / SIDE));
      g.fillRect(x, TOP + row, BAR_WIDTH, 1);
    }
    g.setColor(FAINT);
    g.drawRect(x - 1, TOP - 1, BAR_WIDTH + 1, SIDE + 1);
    g.setFont(font(Font.PLAIN, 15));
    int ticks = (int) Math.round((high - low) / tick);
    for (int i = 0; i <= ticks; i++) {
      double share = (double) i / ticks;
      double y = TOP + (1 - share) * SIDE;
      g.setColor(FAINT);
      g.draw(new Line2D.Double(x + BAR_WIDTH, y, x + BAR_WIDTH + 5, y));
      g.setColor(INK);
      g.drawString(
          beyond(i, ticks) + number(low + share * (high - low)), x + BAR_WIDTH + 9, (float) y + 5);
    }
  }

  /// Values beyond the ends of the bar have the colours of the ends.
  private String beyond(int i, int ticks) {
    if (i == 0 && Arrays.stream(values).anyMatch(v -> v < low)) {
      return "≤ ";
    }
    return i == ticks && Arrays.stream(values).anyMatch(v -> v > high) ? "≥ " : "";
  }

  private String number(double value) {
    double size = Math.max(Math.abs(low), Math.abs(high));
    boolean plain = tick >= 1e-4 && size < 1e6;
    int digits = plain ? (int) Math.max(0, Math.ceil(-Math.log10(tick) - 1e-9)) : 2;
    return String.format(Locale.ROOT, "%." + digits + (plain ? "f" : "e"), value);
  }

  private void titles() {
    g.setColor(INK);
    g.setFont(font(Font.BOLD, 25));
    g.drawString(text.title(), LEFT, 46);
    g.setColor(FAINT);
    g.setFont(font(Font.PLAIN, 17));
    g.drawString(text.subtitle(), LEFT, 76);
    g.setColor(INK);
    g.setFont(font(Font.PLAIN, 18));
    centred(text.columns(), LEFT + SIDE / 2.0, TOP + SIDE + 60);
    AffineTransform upright = g.getTransform();
    g.rotate(-Math.PI / 2);
    centred(text.rows(), -(TOP + SIDE / 2.0), LEFT - 54);
    g.setTransform(upright);
  }

  private void centred(String text, double x, double y) {
    FontMetrics metrics = g.getFontMetrics();
    g.drawString(text, (float) (x - metrics.stringWidth(text) / 2.0), (float) y);
  }

  private static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }
}
