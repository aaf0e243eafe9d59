package org.ntk4j.onnx;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.io.Npz;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Networks;

/// Random programs: parameters used several times, moved, contracted and compared.
final class RandomProgramTest {
  private static final double TOLERANCE = 1e-9;
  private static final Path FOLDER = Fixtures.folder("random");
  private static final Map<String, Tensor> EXPECTED = read();

  private static Map<String, Tensor> read() {
    try {
      return Npz.read(FOLDER.resolve("kernels.npz"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<String> programs() throws IOException {
    return Fixtures.names("random").stream()
        .filter(name -> name.endsWith(".onnx"))
        .map(name -> name.replace(".onnx", ""));
  }

  private static Tensor expected(String seed, String what) {
    return Objects.requireNonNull(EXPECTED.get(seed + "/" + what), what);
  }

  private static OnnxModel read(String seed) {
    OnnxModel model =
        OnnxModel.read(
            FOLDER.resolve(seed + ".onnx"),
            OnnxOptions.DEFAULT.parameters(name -> name.startsWith("p")));
    assertFalse(model.parameters().leaves().isEmpty());
    return model;
  }

  @ParameterizedTest
  @MethodSource("programs")
  void outputs_are_those_given(String seed) {
    OnnxModel model = read(seed);
    Tensor y =
        Networks.run(
                model.network(), model.parameters(), Fixtures.input(model, expected(seed, "x1")))
            .leaves()
            .getFirst();
    Fixtures.assertClose("y1", expected(seed, "y1"), y, TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void kernels_are_those_given_by_every_implementation(String seed) {
    OnnxModel model = read(seed);
    for (Implementation choice : Implementation.values()) {
      Tensor k = Fixtures.kernel(model, choice, expected(seed, "x1"), expected(seed, "x2"));
      Fixtures.assertClose(choice.toString(), expected(seed, "ntk"), k, TOLERANCE);
    }
  }
}
