package org.ntk4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ntk4j.cli.report.Pictures;
import org.ntk4j.cli.report.Progress;
import org.ntk4j.cli.report.Spectrum;
import org.ntk4j.cli.report.SpectrumChart;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.io.Npy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ntk spectrum`: the eigenvalues of a kernel.
@Command(
    name = "spectrum",
    customSynopsis = "ntk spectrum KERNEL [OPTION]...",
    description = {
      "Shows the eigenvalues of a kernel.",
      "The kernel is symmetric, [N,N], [N*O,N*O] or [N,N,A,A,..]. Its condition number is shown,"
          + " too, its rank (eigenvalues above rounding) and its effective rank: exp of the entropy"
          + " of the eigenvalues, scaled to sum up to 1."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ntk spectrum kernel.npy --plot spectrum.png"})
final class SpectrumCommand extends NetworkCommand {
  /// How much `K[i,j]` and `K[j,i]` may differ, relative to the largest entry.
  private static final double ASYMMETRY = 1e-4;

  private static final int SHOWN = 5;

  @Parameters(paramLabel = "KERNEL", description = "An .npy file, or FILE.npz:KEY.")
  private String file = "";

  @Option(
      names = "--out",
      paramLabel = "FILE.npy",
      description = "Write the eigenvalues, largest first.")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--plot", paramLabel = "FILE.png", description = "Draw the eigenvalues.")
  private Optional<Path> plot = Optional.empty();

  @Option(names = "--force", description = "Replace files that exist.")
  private boolean force;

  @Override
  int run(Progress progress) throws IOException {
    out.ifPresent(o -> ResultFile.check("--out", o, force, List.of(".npy")));
    plot.ifPresent(p -> ResultFile.check("--plot", p, force, List.of(".png")));
    progress.step("reading the kernel");
    Tensor kernel = ArrayFile.parse("KERNEL", file, List.of()).read();
    Tensor matrix = matrix(kernel);
    check(matrix);
    progress.step("computing eigenvalues");
    Spectrum spectrum = Spectrum.of(matrix);
    if (plot.isPresent() && spectrum.largest() <= 0) {
      throw new UsageException(
          "--plot: no eigenvalue of "
              + file
              + " is positive, and the scale is logarithmic; expected a kernel");
    }
    if (out.isPresent()) {
      double[] values = spectrum.descending().stream().mapToDouble(v -> v).toArray();
      Npy.write(out.get(), Tensor.of(values, values.length));
    }
    if (plot.isPresent()) {
      progress.step("drawing them");
      Pictures.write(
          plot.get(), () -> SpectrumChart.draw("Eigenvalues of " + file, spectrum.descending()));
    }
    double epsilon = kernel.dtype() == DType.F64 ? Math.ulp(1.0) : Math.ulp(1f);
    report(spectrum, epsilon);
    return 0;
  }

  /// All axes of the first side by all of the second; `[n, n', a, a', ..]` has them interleaved.
  private Tensor matrix(Tensor kernel) {
    int pairs = kernel.rank() / 2;
    boolean square = kernel.dtype().isFloating() && kernel.rank() > 0 && kernel.rank() % 2 == 0;
    long n = 1;
    for (int p = 0; square && p < pairs; p++) {
      square = kernel.shape().dim(2 * p) == kernel.shape().dim(2 * p + 1);
      n *= kernel.shape().dim(2 * p);
    }
    if (square && n == 0) {
      throw new UsageException(file + " is " + kernel + ", of no examples; expected one or more");
    }
    if (!square) {
      throw new UsageException(
          file
              + " is "
              + kernel
              + "; expected a kernel of examples with themselves, [N,N] or"
              + " [N,N,A,A,..], of floating-point numbers");
    }
    Tensor matrix = Tensor.zeros(DType.F64, Shape.of(n, n));
    for (long i = 0; i < kernel.size(); i++) {
      long row = 0;
      long column = 0;
      long rest = i;
      long scale = 1;
      for (int p = pairs - 1; p >= 0; p--) {
        long size = kernel.shape().dim(2 * p);
        column += rest % size * scale;
        rest /= size;
        row += rest % size * scale;
        rest /= size;
        scale *= size;
      }
      matrix.setDouble(row * n + column, kernel.getDouble(i));
    }
    return matrix;
  }

  private void check(Tensor matrix) {
    long n = matrix.shape().dim(0);
    double largest = 0;
    double asymmetry = 0;
    for (long i = 0; i < n; i++) {
      for (long j = 0; j <= i; j++) {
        double entry = matrix.getDouble(i * n + j);
        double other = matrix.getDouble(j * n + i);
        if (!Double.isFinite(entry) || !Double.isFinite(other)) {
          throw new UsageException(
              file + " holds values that are not finite, in row " + i + "; expected numbers");
        }
        largest = Math.max(largest, Math.max(Math.abs(entry), Math.abs(other)));
        asymmetry = Math.max(asymmetry, Math.abs(entry - other));
      }
    }
    if (asymmetry > ASYMMETRY * largest) {
      throw new UsageException(
          format(
              "%s is not symmetric: entries differ from those across the diagonal by %.3g, where"
                  + " the largest is %.3g; expected a kernel of examples with themselves",
              file, asymmetry, largest));
    }
  }

  private void report(Spectrum spectrum, double epsilon) throws IOException {
    Map<String, Object> result = new LinkedHashMap<>();
    int n = spectrum.descending().size();
    long rank = spectrum.rank(epsilon);
    long negative = spectrum.negative(epsilon);
    boolean singular = rank < n;
    double condition = spectrum.largest() / spectrum.smallest();
    result.put("eigenvalues", spectrum.descending());
    result.put("conditionNumber", singular ? Double.POSITIVE_INFINITY : condition);
    result.put("rank", rank);
    result.put("negative", negative);
    result.put("effectiveRank", spectrum.effectiveRank());
    out.ifPresent(file -> result.put("out", file));
    plot.ifPresent(file -> result.put("plot", file));
    StringBuilder text = new StringBuilder();
    text.append(
        format(
            "%d eigenvalues, from %.6g down to %.6g%n",
            n, spectrum.largest(), spectrum.smallest()));
    spectrum.descending().stream().limit(SHOWN).forEach(v -> text.append(format("  %.6g%n", v)));
    text.append(n > SHOWN ? format("  .. and %d more%n", n - SHOWN) : "");
    text.append(
        singular
            ? format("condition number: infinite, the kernel is singular to its precision%n")
            : format("condition number: %.4g%n", condition));
    text.append(format("rank: %d of %d%n", rank, n));
    text.append(
        negative > 0 ? format("negative: %d, beyond rounding; a kernel has none%n", negative) : "");
    text.append(format("effective rank: %.4g%n", spectrum.effectiveRank()));
    out.ifPresent(file -> text.append(file).append(": eigenvalues\n"));
    plot.ifPresent(file -> text.append(file).append(": picture\n"));
    result(result, text::toString);
  }
}
