package org.ntk4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.ntk4j.core.DType;
import org.ntk4j.onnx.OnnxModel;
import org.ntk4j.onnx.OnnxOptions;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which network, and in which precision.
final class ModelOptions {
  /// What networks are kept in that cannot be read.
  private static final Pattern OTHERS =
      Pattern.compile("(?i).*\\.(pt|pth|pt2|safetensors|bin|ckpt|keras|h5|tflite)");

  @Parameters(paramLabel = "MODEL.onnx", description = "The network.")
  private Path file = Path.of("");

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
    return read(dtype, UnaryOperator.identity());
  }

  /// The model, read with further options.
  ///
  /// @param floats the dtype of all floating-point values
  OnnxModel read(Optional<DType> floats, UnaryOperator<OnnxOptions> further) {
    if (!Files.isRegularFile(file)) {
      throw new UsageException(
          (Files.isDirectory(file)
                  ? "'" + file + "' is a directory"
                  : "there is no file '" + file + "'")
              + "; expected an ONNX model");
    }
    if (OTHERS.matcher(file.toString()).matches()) {
      throw new UsageException(
          "'"
              + file
              + "' has the name of another kind of file; expected an ONNX model, as"
              + " torch.onnx.export writes it");
    }
    OnnxOptions options = OnnxOptions.DEFAULT;
    if (floats.isPresent()) {
      options = options.floats(floats.get()).convertHalf(true);
    }
    if (seed.isPresent()) {
      options = options.seed(seed.get());
    }
    return OnnxModel.read(file, further.apply(options));
  }
}
