package org.ntk4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.io.Npy;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Networks;

/// Networks that PyTorch exported.
final class ExportedNetworkTest {
  private static final double TOLERANCE = 1e-6;
  private static final Pattern PARAMETERS = Pattern.compile("\"parameters\": \\[([^\\]]*)]");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

  static Stream<String> networks() throws IOException {
    return Fixtures.names("networks").stream();
  }

  private static Path folder(String name) {
    return Fixtures.folder("networks").resolve(name);
  }

  private static OnnxModel read(String name) {
    return OnnxModel.read(folder(name).resolve("model.onnx"));
  }

  private static Tensor array(String name, String file) throws IOException {
    return Npy.read(folder(name).resolve(file));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void parameters_are_those_that_were_trained(String name) throws IOException {
    Matcher list = PARAMETERS.matcher(Files.readString(folder(name).resolve("meta.json")));
    List<String> expected = new ArrayList<>();
    if (list.find()) {
      QUOTED.matcher(list.group(1)).results().forEach(r -> expected.add(r.group(1)));
    }
    Set<String> chosen = new TreeSet<>(read(name).parameters().paths());
    assertEquals(new TreeSet<>(expected), chosen);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void outputs_are_those_given(String name) throws IOException {
    OnnxModel model = read(name);
    Tensor y =
        Networks.run(
                model.network(), model.parameters(), Fixtures.input(model, array(name, "x1.npy")))
            .leaves()
            .getFirst();
    Fixtures.assertClose("y1", array(name, "y1.npy"), y, TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void kernels_are_those_given_by_every_implementation(String name) throws IOException {
    OnnxModel model = read(name);
    for (Implementation choice : Implementation.values()) {
      Tensor k = Fixtures.kernel(model, choice, array(name, "x1.npy"), array(name, "x2.npy"));
      Fixtures.assertClose(choice.toString(), array(name, "ntk.npy"), k, TOLERANCE);
    }
  }
}
