package org.ntk4j.cli;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.onnx.OnnxModel;
import org.ntk4j.onnx.TensorInfo;
import picocli.CommandLine.Option;

/// Which outputs of a network.
final class OutputOptions {
  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "An output of the network (repeatable). Default: all.")
  private List<String> names = new ArrayList<>();

  /// Those asked for, or all.
  List<String> of(OnnxModel model) {
    List<String> all = model.outputs().stream().map(TensorInfo::name).toList();
    for (String name : names) {
      if (!all.contains(name)) {
        throw new UsageException(
            "--output: there is no output '%s'; expected one of %s".formatted(name, all));
      }
    }
    return names.isEmpty() ? all : names.stream().distinct().toList();
  }
}
