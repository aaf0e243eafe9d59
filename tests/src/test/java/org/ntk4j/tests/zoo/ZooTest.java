package org.ntk4j.tests.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ntk.Networks;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.onnx.OnnxModel;
import org.ntk4j.onnx.OnnxOptions;
import org.ntk4j.onnx.ParameterChoice;
import org.ntk4j.onnx.TensorInfo;

/// Well-known networks, as both exporters of PyTorch write them: what they hold, what they compute
/// for two examples, and their kernels. `_one` are made for one example.
///
/// Kernels are by all parameters; for ConvNeXt, ViT and Swin, which have 28 to 86 million, by those
/// of some layers from first to last.
class ZooTest {
  private static final double OUTPUT_TOLERANCE = 1e-4;

  /// Attributes and scales are stored in single precision.
  private static final double KERNEL_TOLERANCE = 1e-7;

  private static Stream<String> models() {
    Stream<String> dynamic =
        Stream.of(
                "resnet18",
                "mobilenet_v3_small",
                "efficientnet_b0",
                "convnext_tiny",
                "densenet121",
                "vit_b_16",
                "swin_t",
                "gpt2",
                "bert")
            .flatMap(name -> Stream.of(name + "-legacy", name + "-dynamo"));
    Stream<String> one =
        Stream.of("mobilenet_v3_small", "gpt2", "bert")
            .flatMap(name -> Stream.of(name + "-legacy_one", name + "-dynamo_one"));
    return Stream.concat(dynamic, one);
  }

  @ParameterizedTest
  @MethodSource("models")
  void parameters_outputs_and_kernel_are_those_of_pytorch(String name) {
    ZooModel zoo = ZooModel.read(name);
    byte[] bytes = zoo.model().toByteArray();
    assertClose(zoo.output(), output(bytes, zoo, name.endsWith("_one")), OUTPUT_TOLERANCE);
    assertClose(zoo.kernel(), kernel(bytes, zoo), KERNEL_TOLERANCE);
  }

  /// What the network computes, after a look at what it holds.
  private static Tensor output(byte[] bytes, ZooModel zoo, boolean forOne) {
    OnnxModel model = OnnxModel.read(bytes, OnnxOptions.DEFAULT);
    assertEquals(List.of(), model.unsupported());
    assertEquals(zoo.inputs(DType.F32).paths(), inputs(model, forOne));
    assertEquals(union(zoo.parameters(), zoo.others()), parameters(model));
    return run(model, zoo.inputs(DType.F32));
  }

  /// Names of the inputs, whose first axis must have size 1, or be free.
  private static List<String> inputs(OnnxModel model, boolean forOne) {
    for (TensorInfo input : model.inputs()) {
      OptionalLong expected = forOne ? OptionalLong.of(1) : OptionalLong.empty();
      assertEquals(expected, input.dims().orElseThrow().getFirst().size(), input::toString);
    }
    return model.inputs().stream().map(TensorInfo::name).toList();
  }

  private static Set<String> union(Set<String> a, Set<String> b) {
    Set<String> all = new TreeSet<>(a);
    all.addAll(b);
    return all;
  }

  private static Set<String> parameters(OnnxModel model) {
    return model.choices().stream()
        .filter(ParameterChoice::parameter)
        .map(ParameterChoice::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Tensor run(OnnxModel model, Tree<Tensor> inputs) {
    return Networks.run(model.network(), model.parameters(), inputs).leaves().getFirst();
  }

  private static Tensor kernel(byte[] bytes, ZooModel zoo) {
    Set<String> chosen = zoo.kernelParameters();
    OnnxModel model =
        OnnxModel.read(bytes, OnnxOptions.DEFAULT.floats(DType.F64).parameters(chosen::contains));
    Ntk ntk = Ntk.of(model.network()).traceAxes(zoo.trace()).build();
    return ntk.compute(zoo.inputs(DType.F64), model.parameters()).values();
  }

  /// Every element, relative to the largest.
  private static void assertClose(Tensor expected, Tensor actual, double tolerance) {
    assertEquals(expected.shape(), actual.shape());
    double largest = Arrays.stream(expected.toDoubles()).map(Math::abs).max().orElseThrow();
    assertTrue(largest > 0);
    assertArrayEquals(expected.toDoubles(), actual.toDoubles(), tolerance * largest);
  }
}
