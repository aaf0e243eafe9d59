package org.ntk4j.tests.zoo;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.core.io.Npz;

/// An exported network with inputs, and what others computed from them.
///
/// @param model with all weights
/// @param arrays `x.INPUT`, `y` by onnxruntime, and `kernel` by PyTorch in double precision
record ZooModel(ModelProto model, SequencedMap<String, Tensor> arrays) {
  private static final String INPUT = "x.";

  /// The model in the resources called `name`, such as `resnet18-legacy`.
  static ZooModel read(String name) {
    try (InputStream in = new GZIPInputStream(resource(name + ".onnx.gz").openStream())) {
      ModelProto model = ZooWeights.filled(ModelProto.parseFrom(in));
      return new ZooModel(model, Npz.read(Path.of(resource(name + ".npz").toURI())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static URL resource(String file) {
    return Objects.requireNonNull(ZooModel.class.getResource("/zoo/" + file), file);
  }

  /// The inputs by name; floats are `dtype`.
  Tree<Tensor> inputs(DType dtype) {
    SequencedMap<String, Tree<Tensor>> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> e : arrays.entrySet()) {
      if (e.getKey().startsWith(INPUT)) {
        Tensor x = e.getValue();
        Tensor given = x.dtype().isFloating() ? x.to(dtype) : x;
        inputs.put(e.getKey().substring(INPUT.length()), Tree.of(given));
      }
    }
    return Tree.map(inputs);
  }

  /// What onnxruntime computes.
  Tensor output() {
    return array("y");
  }

  /// The kernel of all pairs of examples.
  Tensor kernel() {
    return array("kernel");
  }

  private Tensor array(String key) {
    return Objects.requireNonNull(arrays.get(key), key);
  }

  /// Tensors that hold a parameter of the module that was exported.
  Set<String> parameters() {
    return names("parameters");
  }

  /// Other floating-point tensors of more than one number, which are parameters of the file.
  Set<String> others() {
    return names("others");
  }

  /// The parameters by which the kernel is taken.
  Set<String> kernelParameters() {
    return names("kernel");
  }

  /// Axes of the trace of the kernel.
  int[] trace() {
    String axis = metadata("trace");
    return axis.equals("none") ? new int[0] : new int[] {Integer.parseInt(axis)};
  }

  private Set<String> names(String key) {
    return metadata(key).lines().collect(Collectors.toUnmodifiableSet());
  }

  private String metadata(String key) {
    return model.getMetadataPropsList().stream()
        .filter(entry -> entry.getKey().equals(key))
        .map(StringStringEntryProto::getValue)
        .findFirst()
        .orElseThrow();
  }
}
