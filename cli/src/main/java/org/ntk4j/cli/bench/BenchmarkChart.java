package org.ntk4j.cli.bench;

import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/// The picture of all contenders on all networks: a bar for each, on a logarithmic scale.
final class BenchmarkChart {
  private static final Color INK = new Color(0x22, 0x22, 0x22);

  /// Ours first; all of them distinct for eyes that see red and green alike.
  private static final Color[] COLORS = {
    new Color(0x2c, 0x72, 0x8e),
    new Color(0xc9, 0xc9, 0xc9),
    new Color(0x8c, 0x8c, 0x8c),
    new Color(0x4a, 0x4a, 0x4a),
    new Color(0xe6, 0x9f, 0x00)
  };

  private static final double SMALLEST_MS = 0.1;

  private BenchmarkChart() {}

  /// The picture.
  static BufferedImage draw(List<Row> rows) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(Math.max(900, 160 + 130 * rows.size()))
            .height(680)
            .title("Time of a kernel, after the first (shorter is better; no bar: failed)")
            .yAxisTitle("milliseconds")
            .build();
    style(chart.getStyler());
    List<String> networks = rows.stream().map(r -> r.network().name()).toList();
    List<String> contenders =
        rows.getFirst().measurements().stream().map(Measurement::contender).toList();
    for (int i = 0; i < contenders.size(); i++) {
      List<Double> times = new ArrayList<>();
      for (Row row : rows) {
        double seconds = time(row.measurements().get(i)).orElse(0.0);
        // A bar of no height where there is no number: a logarithmic scale has no 0.
        times.add(Math.max(SMALLEST_MS, 1e3 * seconds));
      }
      chart.addSeries(contenders.get(i), networks, times);
    }
    return BitmapEncoder.getBufferedImage(chart);
  }

  private static Optional<Double> time(Measurement m) {
    return m.warmMedian().isPresent()
        ? Optional.of(m.warmMedian().getAsDouble())
        : Optional.empty();
  }

  private static void style(CategoryStyler styler) {
    styler.setYAxisLogarithmic(true);
    styler.setYAxisMin(SMALLEST_MS);
    styler.setYAxisDecimalPattern("#,##0.#");
    styler.setSeriesColors(COLORS);
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Horizontal);
    styler.setAntiAlias(true);
    styler.setAvailableSpaceFill(0.8);
    styler.setXAxisLabelRotation(30);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setPlotGridLinesColor(new Color(0xdd, 0xdd, 0xdd));
    styler.setChartFontColor(INK);
    styler.setChartTitleBoxVisible(false);
    styler.setChartTitleFont(font(Font.BOLD, 21));
    styler.setAxisTitleFont(font(Font.PLAIN, 17));
    styler.setAxisTickLabelsFont(font(Font.PLAIN, 14));
    styler.setLegendFont(font(Font.PLAIN, 15));
    styler.setAxisTickLabelsColor(INK);
    styler.setChartPadding(20);
  }

  private static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }
}
