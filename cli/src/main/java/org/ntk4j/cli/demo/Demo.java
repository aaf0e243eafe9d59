package org.ntk4j.cli.demo;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ntk4j.cli.report.BruteForce;
import org.ntk4j.cli.report.HeatMap;
import org.ntk4j.cli.report.Progress;
import org.ntk4j.cli.report.Spectrum;
import org.ntk4j.cli.report.SpectrumChart;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Ntk;

/// The demonstration: one kernel by every implementation, judged by brute force, and what it is
/// good for.
public final class Demo {
  /// What a demonstration runs on.
  ///
  /// @param out where files go
  /// @param seed of the split of the images and of the network's parameters
  /// @param train number of training images
  /// @param test number of test images
  public record Settings(Path out, long seed, int train, int test) {}

  /// The most images that a demonstration can use.
  public static final int IMAGES = Digits.TOTAL;

  /// Examples on each side whose kernel is computed by brute force.
  private static final int BRUTE = 8;

  /// The implementations are compared on at most so many images: one of them is slow.
  private static final int COMPARED_TRAIN = 256;

  private static final int COMPARED_TEST = 128;

  private static final int WARM_TRAIN = 64;
  private static final int WARM_TEST = 8;

  /// The choice between the others comes after them.
  private static final List<Implementation> ORDER =
      List.of(
          Implementation.JACOBIAN_CONTRACTION,
          Implementation.NTK_VECTOR_PRODUCTS,
          Implementation.STRUCTURED_DERIVATIVES,
          Implementation.AUTO);

  /// How often a demonstration tells a [Progress] what it does.
  public static final int STEPS = 6 + ORDER.size();

  private final Settings settings;
  private final Report report;
  private final Progress progress;

  private Demo(Settings settings, Report report, Progress progress) {
    this.settings = settings;
    this.report = report;
    this.progress = progress;
  }

  /// Runs it, and writes what came out to `out`.
  ///
  /// @return the share of the test images that were classified correctly
  /// @throws IOException if a file cannot be written
  public static double run(Settings settings, PrintWriter out, Progress progress)
      throws IOException {
    return new Demo(settings, new Report(out), progress).run();
  }

  private double run() throws IOException {
    OutputDirectory files = OutputDirectory.at(settings.out());
    List<RandomKey> keys = RandomKey.of(settings.seed()).split(2);
    SmallNetwork network = SmallNetwork.random(keys.get(1));
    report.problem(settings, network);

    progress.step("reading the digits");
    Digits all = Digits.load().shuffled(keys.get(0));
    Digits train = all.range(0, settings.train()).sortedByClass();
    Digits test = all.range(settings.train(), settings.train() + settings.test());
    progress.step("brute force on a corner of the kernel");
    double[][] expected = brute(network, first(BRUTE, train.images()), first(BRUTE, test.images()));
    List<Trial> trials =
        trials(network, first(COMPARED_TRAIN, train.images()), first(COMPARED_TEST, test.images()));
    Ntk ntk = Ntk.of(network.function()).build();
    Tree<Tensor> images = Tree.of(train.images());
    progress.step("kernel between training and test images");
    Tensor cross = ntk.compute(images, Tree.of(test.images()), network.params()).values();
    progress.step("kernel of the training images, and regression");
    Tensor kernel = ntk.compute(images, network.params()).values();
    int right = right(Regression.classes(kernel, cross, train.labels()), test.labels());
    progress.step("eigenvalues");
    Spectrum spectrum = Spectrum.of(kernel);
    progress.step("writing the kernels");
    arrays(files, kernel, cross, train, test);
    progress.close();

    // A bar that moves leaves no place for results before it is gone.
    report.trials(trials, expected);
    report.accuracy(right, test.size());
    report.spectrum(spectrum);
    pictures(files, kernel, train, spectrum);
    report.files(files);
    return (double) right / test.size();
  }

  private static int right(List<Integer> found, List<Integer> expected) {
    return (int)
        IntStream.range(0, found.size()).filter(i -> found.get(i).equals(expected.get(i))).count();
  }

  private List<Trial> trials(SmallNetwork network, Tensor train, Tensor test) {
    List<Trial> trials = new ArrayList<>();
    for (Implementation implementation : ORDER) {
      progress.step("kernel by " + implementation);
      // Once on less data: Java compiles what it runs often, and should not be timed at it.
      Trial.of(implementation, network, first(WARM_TRAIN, train), first(WARM_TEST, test));
      trials.add(Trial.of(implementation, network, train, test));
    }
    return trials;
  }

  private static Tensor first(long count, Tensor images) {
    return images.slice(0, Math.min(count, images.shape().dim(0)));
  }

  private static void arrays(
      OutputDirectory files, Tensor kernel, Tensor cross, Digits train, Digits test)
      throws IOException {
    files.array(
        "kernel.npy", "kernel of the training images, sorted by digit " + size(kernel), kernel);
    files.array("kernel-test.npy", "kernel between training and test images " + size(cross), cross);
    Map<String, Tensor> labels = new LinkedHashMap<>();
    labels.put("train", labels(train));
    labels.put("test", labels(test));
    files.arrays("labels.npz", "the digits of the training and of the test images", labels);
  }

  private static String size(Tensor kernel) {
    return kernel.shape().toString();
  }

  private static Tensor labels(Digits digits) {
    return Tensor.of(
        digits.labels().stream().mapToLong(Integer::longValue).toArray(), digits.size());
  }

  private static void pictures(
      OutputDirectory files, Tensor kernel, Digits train, Spectrum spectrum) throws IOException {
    files.picture(
        "kernel.png",
        "a heat map of the training kernel, as cosines",
        () -> heatMap(kernel, train.labels()));
    files.picture(
        "spectrum.png",
        "its eigenvalues",
        () -> SpectrumChart.draw("Eigenvalues of the training kernel", spectrum.descending()));
  }

  /// Cosines, so that an image of large gradients does not outshine its row.
  private static BufferedImage heatMap(Tensor kernel, List<Integer> labels) {
    long n = labels.size();
    Tensor cosines = kernel.copy();
    for (long i = 0; i < n * n; i++) {
      double norms =
          Math.sqrt(kernel.getDouble(i / n * (n + 1)) * kernel.getDouble(i % n * (n + 1)));
      cosines.setDouble(i, kernel.getDouble(i) / norms);
    }
    return HeatMap.draw(
        cosines,
        labels,
        new HeatMap.Text(
            "Neural tangent kernel of " + n + " handwritten digits",
            "Cosine of the gradients of two images, K[n, n′] / √(K[n, n] K[n′, n′])",
            "training images, sorted by digit",
            "training images, sorted by digit"));
  }

  /// `K[n, n'] = 1/A Σ_a Σ_w ∂y[n,a]/∂θ[w] · ∂y'[n',a]/∂θ[w]` in `f64`.
  private static double[][] brute(SmallNetwork network, Tensor x1, Tensor x2) {
    double[][] all =
        BruteForce.gradients(network.function(), network.params(), Tree.of(x1))
            .kernel(BruteForce.gradients(network.function(), network.params(), Tree.of(x2)));
    int classes = Digits.CLASSES;
    double[][] kernel = new double[all.length / classes][all[0].length / classes];
    for (int i = 0; i < all.length; i++) {
      for (int j = i % classes; j < all[i].length; j += classes) {
        kernel[i / classes][j / classes] += all[i][j] / classes;
      }
    }
    return kernel;
  }
}
