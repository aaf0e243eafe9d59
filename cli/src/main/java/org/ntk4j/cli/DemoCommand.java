package org.ntk4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ntk4j.cli.demo.Demo;
import org.ntk4j.cli.report.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `ntk demo`: see [Demo].
@Command(
    name = "demo",
    customSynopsis = "ntk demo [OPTION]...",
    description = {
      "Shows the kernel of a small network on handwritten digits.",
      "By every implementation, with time, memory and accuracy, and used to classify digits. Takes"
          + " less than a minute on two cores; nothing is downloaded."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: few images, for a quick look", "  ntk demo --train 100 --test 50"})
final class DemoCommand implements Callable<Integer> {
  /// One image of each class, if they are that evenly spread.
  private static final int TRAIN_MIN = 10;

  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where the files go; files of an earlier run are replaced. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("ntk-demo");

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Chooses the images and the network's parameters. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--train",
      paramLabel = "N",
      description = "Number of training images. Default: ${DEFAULT-VALUE}.")
  private int train = 1437;

  @Option(
      names = "--test",
      paramLabel = "N",
      description = "Number of test images. Default: ${DEFAULT-VALUE}.")
  private int test = 360;

  @Mixin private DeviceOptions device = new DeviceOptions();

  @Override
  public Integer call() throws IOException {
    device.apply();
    check("--train", train, TRAIN_MIN);
    check("--test", test, 1);
    if (train + test > Demo.IMAGES) {
      throw wrong(
          "--train %d and --test %d are more than the %d images there are"
              .formatted(train, test, Demo.IMAGES));
    }
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw wrong("--out '" + out + "' is a file; expected a directory, or a new one");
    }
    PrintWriter results = spec.commandLine().getOut();
    try (Progress progress = progress()) {
      Demo.run(new Demo.Settings(out, seed, train, test), results, progress);
    }
    return 0;
  }

  private void check(String option, int value, int least) {
    if (value < least || value > Demo.IMAGES) {
      throw wrong("%s is %d; expected %d to %d".formatted(option, value, least, Demo.IMAGES));
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Progress progress() {
    return Progress.isWatched()
        ? Progress.bar(Demo.STEPS)
        : Progress.lines(Demo.STEPS, spec.commandLine().getErr());
  }
}
