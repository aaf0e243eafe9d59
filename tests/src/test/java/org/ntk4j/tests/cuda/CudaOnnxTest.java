package org.ntk4j.tests.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.core.io.Npy;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.onnx.OnnxModel;
import org.ntk4j.onnx.OnnxOptions;

/// Kernels of networks that PyTorch exported, on a card.
@Tag("standin")
@Tag("gpu")
class CudaOnnxTest {
  private static final String NETWORKS = "models/src/test/resources/onnx/networks";

  record Subject(Path folder, Implementation implementation, DType dtype) {
    @Override
    public String toString() {
      return folder.getFileName() + " by " + implementation + " in " + dtype;
    }

    Tensor array(String file) throws IOException {
      Tensor x = Npy.read(folder.resolve(file));
      return x.dtype().isFloating() ? x.to(dtype) : x;
    }
  }

  static Stream<Subject> subjects() throws IOException {
    List<Subject> all = new ArrayList<>();
    try (Stream<Path> folders = Files.list(root().resolve(NETWORKS))) {
      for (Path folder : folders.sorted().toList()) {
        for (Implementation choice : Implementation.values()) {
          all.add(new Subject(folder, choice, DType.F64));
        }
        all.add(new Subject(folder, Implementation.AUTO, DType.F32));
      }
    }
    return all.stream();
  }

  private static Path root() {
    Path start = Path.of("").toAbsolutePath();
    return Files.exists(start.resolve(NETWORKS)) ? start : start.getParent();
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void the_kernel_on_a_card_is_the_evaluators(Subject s) throws IOException {
    OnnxModel model =
        OnnxModel.read(s.folder().resolve("model.onnx"), OnnxOptions.DEFAULT.floats(s.dtype()));
    String input = model.inputs().getFirst().name();
    Tree<Tensor> x1 = Tree.map(input, Tree.of(s.array("x1.npy")));
    Tree<Tensor> x2 = Tree.map(input, Tree.of(s.array("x2.npy")));
    Tree<Tensor> params = model.parameters();
    Ntk ntk = Ntk.of(model.network()).traceAxes().implementation(s.implementation()).build();
    Program p = ntk.program(avals(x1), avals(x2), avals(params));
    List<Tensor> arguments = new ArrayList<>(params.leaves());
    arguments.addAll(x1.leaves());
    arguments.addAll(x2.leaves());
    OnCard.assertEqualsEvaluator(p, arguments);
  }

  private static Tree<Aval> avals(Tree<Tensor> values) {
    return values.map(x -> new Aval(x.dtype(), x.shape()));
  }

  @AfterAll
  static void nothing_is_left() {
    OnCard.assertNothingLeft();
  }
}
