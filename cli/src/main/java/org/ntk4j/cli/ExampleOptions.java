package org.ntk4j.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.onnx.OnnxModel;
import picocli.CommandLine.Option;

/// The examples of commands that take one set of them.
final class ExampleOptions {
  private static final String NAME = "--x";

  @Option(
      names = NAME,
      paramLabel = "[NAME=]FILE",
      required = true,
      description =
          "Examples along axis 0: an .npy file, or FILE.npz:KEY. For several inputs once for each,"
              + " as NAME=FILE.")
  private List<String> files = new ArrayList<>();

  /// The inputs of the model, by name.
  Tree<Tensor> read(OnnxModel model) throws IOException {
    return NetworkInputs.read(NAME, files, model);
  }

  /// What is odd about them, a line each.
  List<String> warnings(Tree<Tensor> inputs, OnnxModel model) {
    return NetworkInputs.warnings(NAME, inputs, model);
  }
}
