package org.ntk4j.cli.demo;

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

/// The picture of a kernel whose examples are sorted by class: `K[n,n'] / √(K[n,n] K[n',n'])`, so
/// that an image of large gradients does not outshine its row, with lines between the classes and a
/// colour bar.
final class HeatMap {
  private static final int SIDE = 768;
  private static final int LEFT = 96;
  private static final int TOP = 104;
  private static final int RIGHT = 150;
  private static final int BOTTOM = 84;
  private static final int BAR_WIDTH = 24;
  private static final int BAR_GAP = 28;
  private static final double TICK = 0.05;
  private static final Color INK = new Color(0x22, 0x22, 0x22);
  private static final Color FAINT = new Color(0x66, 0x66, 0x66);

  /// Entries below this share of all, and above its complement, are drawn alike: the 1 of each
  /// image with itself would leave few colours for the others.
  private static final double CLIP = 0.01;

  private final double[] cosines;
  private final List<Integer> labels;
  private final int n;
  private final double low;
  private final double high;
  private final BufferedImage image;
  private final Graphics2D g;

  private HeatMap(Tensor kernel, List<Integer> labels) {
    this.labels = labels;
    this.n = labels.size();
    this.cosines = cosines(kernel, n);
    double[] sorted = cosines.clone();
    Arrays.sort(sorted);
    this.low = Math.floor(sorted[(int) (CLIP * (sorted.length - 1))] / TICK) * TICK;
    this.high = Math.ceil(sorted[(int) ((1 - CLIP) * (sorted.length - 1))] / TICK) * TICK;
    this.image =
        new BufferedImage(LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM, BufferedImage.TYPE_INT_RGB);
    this.g = image.createGraphics();
  }

  private static double[] cosines(Tensor kernel, int n) {
    double[] cosines = kernel.toDoubles();
    double[] norms = new double[n];
    for (int i = 0; i < n; i++) {
      norms[i] = Math.sqrt(cosines[i * (n + 1)]);
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        cosines[i * n + j] /= norms[i] * norms[j];
      }
    }
    return cosines;
  }

  /// @param kernel `[n, n]`, of examples that have a gradient
  /// @param labels the class of each example, in ascending order
  static BufferedImage draw(Tensor kernel, List<Integer> labels) {
    HeatMap map = new HeatMap(kernel, labels);
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
    int rows = Math.max(1, end(row) - start(row));
    int columns = Math.max(1, end(column) - start(column));
    double sum = 0;
    for (int i = start(row); i < start(row) + rows; i++) {
      for (int j = start(column); j < start(column) + columns; j++) {
        sum += cosines[i * n + j];
      }
    }
    return sum / rows / columns;
  }

  private int start(int pixel) {
    return pixel * n / SIDE;
  }

  private int end(int pixel) {
    return (pixel + 1) * n / SIDE;
  }

  private void classes() {
    g.setFont(font(Font.PLAIN, 18));
    for (int c : labels.stream().distinct().toList()) {
      int from = labels.indexOf(c);
      int to = from + Collections.frequency(labels, c);
      double middle = (from + to) / 2.0 * SIDE / n;
      g.setColor(INK);
      String name = Integer.toString(c);
      centred(name, LEFT + middle, TOP + SIDE + 24);
      centred(name, LEFT - 18, TOP + middle + 6);
      if (to < n) {
        double edge = (double) to * SIDE / n;
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
    int ticks = (int) Math.round((high - low) / TICK);
    for (int tick = 0; tick <= ticks; tick++) {
      double share = (double) tick / ticks;
      double y = TOP + (1 - share) * SIDE;
      g.setColor(FAINT);
      g.draw(new Line2D.Double(x + BAR_WIDTH, y, x + BAR_WIDTH + 5, y));
      g.setColor(INK);
      String beyond = tick == 0 ? "≤ " : tick == ticks && high < 1 ? "≥ " : "";
      String value = String.format(Locale.ROOT, "%.2f", low + share * (high - low));
      g.drawString(beyond + value, x + BAR_WIDTH + 9, (float) y + 5);
    }
  }

  private void titles() {
    g.setColor(INK);
    g.setFont(font(Font.BOLD, 25));
    g.drawString("Neural tangent kernel of " + n + " handwritten digits", LEFT, 46);
    g.setColor(FAINT);
    g.setFont(font(Font.PLAIN, 17));
    g.drawString(
        "Cosine of the gradients of two images, K[n, n′] / √(K[n, n] K[n′, n′])", LEFT, 76);
    g.setColor(INK);
    g.setFont(font(Font.PLAIN, 18));
    centred("training images, sorted by digit", LEFT + SIDE / 2.0, TOP + SIDE + 60);
    AffineTransform upright = g.getTransform();
    g.rotate(-Math.PI / 2);
    centred("training images, sorted by digit", -(TOP + SIDE / 2.0), LEFT - 54);
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
