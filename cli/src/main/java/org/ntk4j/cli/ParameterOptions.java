package org.ntk4j.cli;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.ntk4j.core.DType;
import org.ntk4j.onnx.OnnxModel;
import org.ntk4j.onnx.OnnxOptions;
import org.ntk4j.onnx.ParameterChoice;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which network, and which of its tensors are parameters.
final class ParameterOptions {
  @Mixin private ModelOptions model = new ModelOptions();

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

  /// The precision asked for, if any.
  Optional<DType> dtype() {
    return model.dtype();
  }

  /// The model, read with these options.
  OnnxModel read() {
    return read(dtype());
  }

  /// The model with all floating-point values of this dtype.
  OnnxModel read(Optional<DType> floats) {
    OnnxModel read = model.read(floats, this::chosen);
    params.ifPresent(p -> checkUsed("--params", p, read));
    freeze.ifPresent(p -> checkUsed("--freeze", p, read));
    return read;
  }

  private OnnxOptions chosen(OnnxOptions start) {
    OnnxOptions options = start;
    if (params.isPresent()) {
      Pattern pattern = params.get();
      options = options.parameters(name -> pattern.matcher(name).find());
    }
    if (freeze.isPresent()) {
      Pattern pattern = freeze.get();
      options = options.frozen(name -> pattern.matcher(name).find());
    }
    return options;
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

  private static String shortened(List<String> names) {
    int most = 20;
    return names.size() <= most
        ? names.toString()
        : names.subList(0, most).toString().replaceFirst("]$", "")
            + ", and "
            + (names.size() - most)
            + " more]";
  }
}
