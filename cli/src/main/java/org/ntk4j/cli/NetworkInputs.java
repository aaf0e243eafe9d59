package org.ntk4j.cli;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.onnx.OnnxModel;
import org.ntk4j.onnx.TensorInfo;

/// The inputs of a model, read from files and checked against what the model declares.
final class NetworkInputs {
  private NetworkInputs() {}

  /// The inputs by name.
  ///
  /// @param option what the files were given with, e.g. `--x1`
  /// @param files as on the command line
  static Tree<Tensor> read(String option, List<String> files, OnnxModel model) throws IOException {
    List<String> names = model.inputs().stream().map(TensorInfo::name).toList();
    SequencedMap<String, ArrayFile> given = new LinkedHashMap<>();
    for (String text : files) {
      ArrayFile file = ArrayFile.parse(option, text, names);
      String name = name(file, model);
      if (given.put(name, file) != null) {
        throw new UsageException(option + ": input '" + name + "' is given twice");
      }
    }
    SequencedMap<String, Tree<Tensor>> inputs = new LinkedHashMap<>();
    for (TensorInfo input : model.inputs()) {
      ArrayFile file = given.get(input.name());
      if (file == null) {
        throw new UsageException(
            "%s: input '%s' is not given; the model has %s"
                .formatted(option, input.name(), describe(model)));
      }
      inputs.put(input.name(), Tree.of(checked(file, file.read(), input)));
    }
    Tree<Tensor> all = Tree.map(inputs);
    List<String> wrong = model.wrongIndices(all);
    if (!wrong.isEmpty()) {
      throw new UsageException(option + ": " + String.join("; ", wrong));
    }
    return all;
  }

  /// Inputs with values that are not finite, a line each.
  static List<String> warnings(String option, Tree<Tensor> inputs, OnnxModel model) {
    return model.inputs().stream()
        .map(TensorInfo::name)
        .filter(name -> !isFinite(inputs.get(name).value()))
        .map(name -> "%s: input '%s' holds values that are not finite".formatted(option, name))
        .toList();
  }

  private static boolean isFinite(Tensor x) {
    return !x.dtype().isFloating() || Arrays.stream(x.toDoubles()).allMatch(Double::isFinite);
  }

  private static String name(ArrayFile file, OnnxModel model) {
    if (file.name().isEmpty()) {
      if (model.inputs().size() != 1) {
        throw new UsageException(
            "%s '%s': expected NAME=FILE, because the model has %d inputs: %s"
                .formatted(file.option(), file, model.inputs().size(), describe(model)));
      }
      return model.inputs().getFirst().name();
    }
    String name = file.name().get();
    if (model.inputs().stream().noneMatch(i -> i.name().equals(name))) {
      throw new UsageException(
          "%s: there is no input '%s'; the model has %s"
              .formatted(file.option(), name, describe(model)));
    }
    return name;
  }

  private static String describe(OnnxModel model) {
    return model.inputs().stream().map(i -> i.name() + ": " + i).collect(Collectors.joining(", "));
  }

  private static Tensor checked(ArrayFile file, Tensor x, TensorInfo input) {
    Tensor converted = x;
    if (input.dtype().isPresent() && input.dtype().get() != x.dtype()) {
      DType dtype = input.dtype().get();
      boolean alike =
          x.dtype().isFloating() && dtype.isFloating()
              || x.dtype().isInteger() && dtype.isInteger();
      converted = alike ? x.to(dtype) : x;
      if (!alike || dtype.isInteger() && !converted.to(x.dtype()).sameAs(x)) {
        throw wrong(file, x, input, unlike(x, dtype));
      }
    }
    // A model made for one example takes any number of them.
    if (!input.admits(x.shape(), input.isForOne())) {
      throw wrong(file, x, input, unfit(x, input));
    }
    return converted;
  }

  /// What can be done about a dtype, where that is known.
  private static String unlike(Tensor x, DType expected) {
    return expected.isFloating() && !x.dtype().isFloating()
        ? "; integers are not converted: what one step of them means is not known"
        : "";
  }

  /// What can be done about a shape, where that is known.
  private static String unfit(Tensor x, TensorInfo input) {
    return input.admits(x.shape(), true)
        ? "; the model takes no other number of examples: export it with a free first axis"
        : "";
  }

  private static UsageException wrong(ArrayFile file, Tensor x, TensorInfo input, String hint) {
    return new UsageException(
        "%s: %s is %s; expected %s for input '%s'%s"
            .formatted(file.option(), file, x, input, input.name(), hint));
  }
}
