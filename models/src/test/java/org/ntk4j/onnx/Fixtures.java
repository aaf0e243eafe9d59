package org.ntk4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Ntk;

/// Models with known outputs and kernels.
final class Fixtures {
  private Fixtures() {}

  /// A folder of test resources.
  static Path folder(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(Fixtures.class.getResource("/onnx/" + name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Names of files in a folder, sorted.
  static List<String> names(String folder) throws IOException {
    try (Stream<Path> files = Files.list(folder(folder))) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  /// One input by its name.
  static Tree<Tensor> input(OnnxModel model, Tensor x) {
    return Tree.map(model.inputs().getFirst().name(), Tree.of(x));
  }

  /// The kernel without traced axes by one implementation.
  static Tensor kernel(OnnxModel model, Implementation choice, Tensor x1, Tensor x2) {
    Ntk ntk = Ntk.of(model.network()).traceAxes().implementation(choice).build();
    return ntk.compute(input(model, x1), input(model, x2), model.parameters())
        .tree()
        .leaves()
        .getFirst();
  }

  /// Asserts that shapes and elements agree, relative to the largest element.
  static void assertClose(String what, Tensor expected, Tensor actual, double tolerance) {
    assertEquals(expected.shape(), actual.shape(), what);
    double largest = 0;
    double error = 0;
    for (long i = 0; i < expected.size(); i++) {
      largest = Math.max(largest, Math.abs(expected.getDouble(i)));
      double difference = Math.abs(expected.getDouble(i) - actual.getDouble(i));
      error = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(error, difference);
    }
    double bound = tolerance * Math.max(largest, 1e-300);
    assertTrue(error <= bound, what + ": error " + error + " of " + largest);
    assertEquals(DType.F64, actual.dtype(), what);
  }
}
