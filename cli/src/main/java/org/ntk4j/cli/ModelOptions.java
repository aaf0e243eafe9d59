package org.ntk4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.ntk4j.core.DType;
import org.ntk4j.onnx.OnnxModel;
import org.ntk4j.onnx.OnnxOptions;
import org.ntk4j.onnx.ParameterChoice;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which network, and which of its tensors are parameters.
final class ModelOptions {
  @Parameters(paramLabel = "MODEL.onnx", description = "The network.")
  private Path file = Path.of("");

  @Option(
      names = "--params",
      paramLabel = "REGEX",
      converter = PatternConverter.class,
      description =
          "Differentiate by the floating-point tensors whose name contains a match of REGEX, and by"
              + " no others ('^' and '$' match the ends of a name).")
  private Optional<Pattern> params = Optional.empty();

  @Option(
      names = "--freeze",
      paramLabel = "REGEX",
      converter = PatternConverter.class,
      description = "Keep the parameters constant whose name contains a match of REGEX.")
  private Optional<Pattern> freeze = Optional.empty();

  @Option(
      names = "--dtype",
      paramLabel = "f32|f64",
      converter = FloatsConverter.class,
      description =
          "Compute in this precision; converts float16 and bfloat16 too. Default: as in the file.")
  private Optional<DType> dtype = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = SeedConverter.class,
      description =
          "Seed of the operators that draw random numbers and have no seed of their own, such as"
              + " Dropout in training mode; without it they are not supported.")
  private Optional<Long> seed = Optional.empty();

  /// The precision asked for, if any.
  Optional<DType> dtype() {
    return dtype;
  }

  /// The model, read with these options.
  OnnxModel read() {
    return read(dtype);
  }

  /// The model with all floating-point values of this dtype.
  OnnxModel read(Optional<DType> floats) {
    if (!Files.isRegularFile(file)) {
      throw new UsageException(
          (Files.isDirectory(file)
                  ? "'" + file + "' is a directory"
                  : "there is no file '" + file + "'")
              + "; expected an ONNX model");
    }
    OnnxOptions options = OnnxOptions.DEFAULT;
    if (floats.isPresent()) {
      options = options.floats(floats.get()).convertHalf(true);
    }
    if (seed.isPresent()) {
      options = options.seed(seed.get());
    }
    if (params.isPresent()) {
      Pattern pattern = params.get();
      options = options.parameters(name -> pattern.matcher(name).find());
    }
    if (freeze.isPresent()) {
      Pattern pattern = freeze.get();
      options = options.frozen(name -> pattern.matcher(name).find());
    }
    OnnxModel model = OnnxModel.read(file, options);
    params.ifPresent(p -> checkUsed("--params", p, model));
    freeze.ifPresent(p -> checkUsed("--freeze", p, model));
    return model;
  }

  private static void checkUsed(String option, Pattern pattern, OnnxModel model) {
    List<String> names = model.choices().stream().map(ParameterChoice::name).toList();
    if (names.stream().noneMatch(name -> pattern.matcher(name).find())) {
      throw new UsageException(
          "%s '%s' matches no floating-point tensor of %s; expected a match in one of %s"
              .formatted(option, pattern, model.name(), shortened(names)));
    }
  }

  /// Checks that there is something to differentiate by.
  static void checkParameters(OnnxModel model) {
    if (model.parameters().leaves().isEmpty()) {
      throw new UsageException(
          model.name() + " has no parameters with these options; see 'ntk inspect'");
    }
  }

  static String shortened(List<String> names) {
    int most = 20;
    return names.size() <= most
        ? names.toString()
        : names.subList(0, most).toString().replaceFirst("]$", "")
            + ", and "
            + (names.size() - most)
            + " more]";
  }
}
