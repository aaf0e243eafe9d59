package org.ntk4j.cli.demo;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.ntk4j.cli.demo.OutputDirectory.Entry;
import org.ntk4j.cli.report.Spectrum;
import org.ntk4j.ntk.Implementation;

/// What the demonstration says, in ASCII.
final class Report {
  private static final double MEGA = 1e6;
  private static final double GIGA = 1e9;

  private final PrintWriter out;

  Report(PrintWriter out) {
    this.out = out;
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }

  void problem(Demo.Settings settings, SmallNetwork network) {
    line("The neural tangent kernel of a small network on handwritten digits");
    line("");
    line(
        "Data        %d training and %d test images of 8 x 8 pixels, chosen by seed %d from",
        settings.train(), settings.test(), settings.seed());
    line(
        "            UCI \"Optical Recognition of Handwritten Digits\", E. Alpaydin and C."
            + " Kaynak,");
    line("            1998, CC BY 4.0");
    String title = "Network";
    for (String layer : SmallNetwork.LAYERS) {
      line("%-11s %s", title, layer);
      title = "";
    }
    line("            %,d random parameters, never trained (f32)", network.size());
    line("Kernel      K[n,n'] = 1/10 sum_a sum_w  d f_a(x_n) / d w  *  d f_a(x'_n') / d w");
    line("            over the 10 outputs a and all parameters w: how much a training step on");
    line("            image n' would change the network's answer on image n");
    line("");
  }

  void trials(List<Trial> trials, double[][] expected) {
    line("A kernel [%s] by every implementation", size(trials.getFirst()));
    line("");
    String columns = "  %-24s %9s %9s %14s %12s %12s";
    line(columns, "implementation", "plan", "run", "operations", "peak memory", "difference");
    for (Trial t : trials) {
      line(
          columns,
          name(t),
          number("%.2f s", t.planSeconds()),
          number("%.2f s", t.runSeconds()),
          number("%.2f G", t.operations() / GIGA),
          number("%.1f MB", t.peakBytes() / MEGA),
          number("%.1e", t.differenceFrom(expected)));
    }
    line("");
    for (Trial t : trials) {
      if (t.asked() == Implementation.AUTO) {
        line("  AUTO chose %s, for its predicted time.", t.chosen());
      }
    }
    line(
        "  plan: deriving and compiling the kernel's program, once for these shapes. run: a later");
    line("  run of it. operations: counted in the program. peak memory: tensors alive at once.");
    line(
        "  difference: the largest one from a kernel in float64 by brute force (%d x %d images,",
        expected.length, expected[0].length);
    line("  one reverse pass for each output), relative to its largest entry.");
    line("");
  }

  private static String size(Trial t) {
    return t.kernel().shape().dim(0) + " x " + t.kernel().shape().dim(1);
  }

  private static String name(Trial t) {
    return t.asked().toString();
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  void accuracy(int right, int test) {
    line(
        "Regression with the training kernel classifies %d of %d test images correctly: %.1f %%",
        right, test, 100.0 * right / test);
  }

  void spectrum(Spectrum spectrum) {
    double smallest = spectrum.smallest();
    String condition =
        smallest > 0
            ? number(" (condition number %.2g)", spectrum.largest() / smallest)
            : ", singular to the precision it has";
    line(
        "Eigenvalues of the training kernel go from %.3g down to %.3g%s",
        spectrum.largest(), smallest, condition);
    line("");
  }

  void files(OutputDirectory files) {
    line("Files");
    int width =
        files.written().stream().mapToInt(e -> e.path().toString().length()).max().orElse(0);
    for (Entry entry : files.written()) {
      line("  %-" + width + "s  %s", entry.path(), entry.content());
    }
  }
}
