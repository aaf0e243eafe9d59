package org.ntk4j.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// The picture of eigenvalues, largest first, on logarithmic scales.
public final class SpectrumChart {
  private static final Color INK = new Color(0x22, 0x22, 0x22);
  private static final Color LINE = new Color(0x2c, 0x72, 0x8e);

  private SpectrumChart() {}

  /// The picture with this title.
  ///
  /// @param eigenvalues in descending order; only positive ones have a place on the scale
  public static BufferedImage draw(String title, List<Double> eigenvalues) {
    List<Double> positive = eigenvalues.stream().filter(v -> v > 0).toList();
    List<Integer> numbers = IntStream.rangeClosed(1, positive.size()).boxed().toList();
    XYChart chart =
        new XYChartBuilder()
            .width(1000)
            .height(680)
            .title(title)
            .xAxisTitle("number, largest first")
            .yAxisTitle("eigenvalue")
            .build();
    style(chart.getStyler());
    XYSeries series = chart.addSeries("eigenvalues", numbers, positive);
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setMarkerColor(LINE);
    series.setLineColor(LINE);
    series.setLineStyle(new BasicStroke(1.5f));
    return BitmapEncoder.getBufferedImage(chart);
  }

  private static void style(XYStyler styler) {
    styler.setXAxisLogarithmic(true);
    styler.setYAxisLogarithmic(true);
    styler.setLegendVisible(false);
    styler.setMarkerSize(5);
    styler.setAntiAlias(true);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(new Color(0xdd, 0xdd, 0xdd));
    styler.setChartFontColor(INK);
    styler.setChartTitleBoxVisible(false);
    styler.setChartTitleFont(font(Font.BOLD, 25));
    styler.setAxisTitleFont(font(Font.PLAIN, 18));
    styler.setAxisTickLabelsFont(font(Font.PLAIN, 15));
    styler.setAxisTickLabelsColor(INK);
    styler.setChartPadding(20);
    styler.setChartTitlePadding(14);
  }

  private static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }
}
