package org.ntk4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.io.Npy;

/// The commands about networks, but `kernel`.
class NetworkCommandsTest {
  @TempDir private Path directory;

  private Path model;
  private Path x;

  @BeforeEach
  void files() throws IOException {
    model = CommandLineRun.resource(directory, "mlp.onnx");
    x = CommandLineRun.resource(directory, "mlp-x1.npy");
  }

  @Test
  void inspect_shows_what_is_in_a_model() {
    String said = CommandLineRun.of("inspect", model, "--freeze", "4.bias").succeeded();
    assertTrue(said.contains("Inputs\n  x  f64[N,5]\nOutputs\n  y  f64[N,3]\n"), said);
    assertTrue(said.contains("Parameters: 5 tensors, 416 numbers\n"), said);
    assertTrue(said.contains("  0.weight  f64[16,5]   used by node 'node_linear' (Gemm)\n"), said);
    assertTrue(said.contains("  0.bias    f64[16]     used by node 'node_linear' (Gemm)\n"), said);
    assertTrue(
        said.contains("  4.bias  f64[3]  used by node 'node_linear_2' (Gemm): frozen\n"), said);
    assertTrue(said.contains("Operators: Gemm 3, Relu 1, Tanh 1\nNot supported: nothing\n"), said);
    assertTrue(said.contains("Forward pass of one example: "), said);
    assertTrue(said.contains(" operations, at most "), said);
  }

  @Test
  void inspect_shows_what_is_not_supported() throws IOException {
    Path other = CommandLineRun.resource(directory, "unsupported.onnx");
    String said = CommandLineRun.of("inspect", other).succeeded();
    assertTrue(said.contains("Frobnicate 1"), said);
    assertTrue(said.contains("Not supported\n  "), said);
    String json = CommandLineRun.of("inspect", other, "--json").succeeded();
    assertTrue(json.contains("\"dtype\":\"f32\",\"shape\":["), json);
    assertTrue(json.contains("\"parameterCount\":6"), json);
    assertEquals(1, json.lines().count());
  }

  @Test
  void inspect_refuses_what_is_no_model() throws IOException {
    CommandLineRun.of("inspect", "no.onnx")
        .refused("there is no file 'no.onnx'; expected an ONNX model");
    CommandLineRun.of("inspect", directory)
        .refused("'" + directory + "' is a directory; expected an ONNX model");
    Path text = Files.writeString(directory.resolve("text.onnx"), "not a model");
    CommandLineRun.of("inspect", text).failed("text.onnx");
    Path other = Files.writeString(directory.resolve("model.pt"), "not a model");
    CommandLineRun.of("inspect", other)
        .refused(
            "'"
                + other
                + "' has the name of another kind of file; expected an ONNX model, as"
                + " torch.onnx.export writes it");
    CommandLineRun.of("inspect").refused("Missing required parameter: 'MODEL.onnx'");
  }

  @Test
  void run_writes_the_outputs() throws IOException {
    Path out = directory.resolve("y.npy");
    String said = CommandLineRun.of("run", model, "--x", x, "--out", out).succeeded();
    assertTrue(said.startsWith(out + ": y f64[4,3]\nin "), said);
    Tensor expected = Npy.read(CommandLineRun.resource(directory, "mlp-y1.npy"));
    assertArrayEquals(expected.toDoubles(), Npy.read(out).toDoubles(), 1e-9);
    CommandLineRun.of("run", model, "--x", x, "--out", out)
        .refused("--out '" + out + "' exists; expected a new name, or --force to replace it");
    CommandLineRun.of("run", model, "--x", x, "--out", out, "--force", "--dtype", "f32", "--json")
        .succeeded();
    assertEquals("f32[4,3]", Npy.read(out).toString());
  }

  @Test
  void run_refuses_what_does_not_fit() {
    Path out = directory.resolve("y.npy");
    CommandLineRun.of("run", model, "--x", "no.npy", "--out", out)
        .refused("--x: there is no file 'no.npy'; expected an .npy file, or FILE.npz:KEY");
    CommandLineRun.of("run", model, "--out", out)
        .refused("Missing required option: '--x=[NAME=]FILE'");
    CommandLineRun.of("run", model, "--x", x, "--output", "q", "--out", out)
        .refused("--output: there is no output 'q'; expected one of [y]");
    CommandLineRun.of("run", model, "--x", x, "--x", "x=" + x, "--out", out)
        .refused("--x: input 'x' is given twice");
    CommandLineRun.of("run", model, "--x", directory, "--out", out)
        .refused("--x: '" + directory + "' is a directory; expected an .npy file, or FILE.npz:KEY");
  }

  @Test
  void a_misspelt_option_is_named_rather_than_the_one_it_stands_for() {
    CommandLineRun run = CommandLineRun.of("run", model, "--x", x, "--outt", "y.npy");
    assertEquals(2, run.status());
    assertTrue(run.err().startsWith("ntk: Unknown option: '--outt'"), run::err);
    assertTrue(run.err().contains("Possible solutions: --out"), run::err);
  }

  @Test
  void run_warns_of_values_that_are_not_finite() throws IOException {
    Tensor broken = Npy.read(x);
    broken.setDouble(0, Double.NaN);
    Path file = directory.resolve("nan.npy");
    Npy.write(file, broken);
    CommandLineRun run =
        CommandLineRun.of("run", model, "--x", file, "--out", directory.resolve("y.npy"));
    run.succeeded();
    String warning = "warning: --x: input 'x' holds values that are not finite\n";
    assertTrue(run.err().contains(warning), run::err);
  }

  @Test
  void explain_shows_a_plan_and_what_it_costs() {
    String said = CommandLineRun.of("explain", model, "--x1", x).succeeded();
    assertTrue(said.startsWith("implementation: "), said);
    assertTrue(said.contains("\n0.weight "), said);
    assertTrue(said.contains(" predicted, at most "), said);
    String json = CommandLineRun.of("explain", model, "--x1", x, "--json").succeeded();
    assertTrue(json.contains("\"predictions\":[{\"implementation\":\""), json);
    assertTrue(json.contains("{\"parameter\":\"0.weight\",\"shape\":[16,5],"), json);
    assertTrue(json.contains("\"peakBytes\":"), json);
  }

  @Test
  void explain_measures_the_contribution_of_each_parameter() {
    String said =
        CommandLineRun.of(
                "explain",
                model,
                "--x1",
                x,
                "--measure",
                "--implementation",
                "structured-derivatives")
            .succeeded();
    List<String> lines = said.lines().toList();
    int terms = lines.indexOf("measured ms  predicted  steps  for the contribution of");
    int several =
        IntStream.range(0, lines.size())
            .filter(i -> lines.get(i).endsWith("  several parameters"))
            .findFirst()
            .orElseThrow();
    List<String> table = lines.subList(terms + 1, several);
    assertTrue(table.getFirst().matches(" +[0-9.]+ +[0-9.]+ +[1-9][0-9]*  0\\.weight"), said);
    List<String> rest = lines.subList(several, lines.size());
    assertTrue(rest.contains("measured ms  predicted  steps  of the machine's rate"), said);
    String products = " +[0-9.]+ +[0-9.]+ +[1-9][0-9]* +[0-9]+ %  products";
    assertTrue(rest.stream().anyMatch(l -> l.matches(products)), said);
    assertTrue(rest.stream().anyMatch(l -> l.endsWith("  all")), said);
  }

  @Test
  void explain_measures_nothing_that_does_not_fit() {
    CommandLineRun.of("explain", model, "--x1", x, "--measure", "--memory", "10k")
        .refused(
            "--measure: with each parameter's contribution apart the kernel is computed in tiles of"
                + " 1 x 1 examples; expected one at once: more --memory, or fewer examples");
  }

  @Test
  void the_accuracy_of_a_kernel_is_told() {
    Path out = directory.resolve("k.npy");
    String said =
        CommandLineRun.of("kernel", model, "--x1", x, "--out", out, "--accuracy", 2).succeeded();
    assertTrue(said.contains("between 2 and 2 examples it differs from f64 by "), said);
    CommandLineRun.of("kernel", model, "--x1", x, "--out", out, "--force", "--accuracy", 0)
        .refused("--accuracy 0; expected 1 or more examples");
    CommandLineRun.of(
            "kernel", model, "--x1", x, "--out", out, "--force", "--accuracy", 1, "--trace", "0")
        .refused(
            "--accuracy compares the NTK between examples; expected axis 0 in neither --trace nor"
                + " --diagonal");
  }

  @Test
  void indices_out_of_range_are_refused() throws IOException {
    Path file = CommandLineRun.resource(directory, "two_inputs.onnx");
    Path ids = directory.resolve("ids.npy");
    Path rows = directory.resolve("rows.npy");
    Path out = directory.resolve("y.npz");
    Npy.write(rows, Tensor.of(new float[6], 2, 3));
    Npy.write(ids, Tensor.of(new long[] {-5, 4}, 2));
    CommandLineRun.of("run", file, "--x", "x=" + rows, "--x", "ids=" + ids, "--out", out)
        .succeeded();
    Npy.write(ids, Tensor.of(new long[] {0, 5}, 2));
    CommandLineRun.of("kernel", file, "--x1", "x=" + rows, "--x1", "ids=" + ids, "--out", out)
        .refused("--out '" + out + "' exists; expected a new name, or --force to replace it");
    CommandLineRun.of("explain", file, "--x1", "x=" + rows, "--x1", "ids=" + ids)
        .refused("--x1: node 'rows' (Gather): index 5 is out of range; expected -5 to 4");
  }

  @Test
  void random_operators_need_a_seed() throws IOException {
    Path file = CommandLineRun.resource(directory, "dropout.onnx");
    Path rows = directory.resolve("rows.npy");
    Npy.write(rows, Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    Path y = directory.resolve("y.npy");
    CommandLineRun.of("run", file, "--x", rows, "--out", y)
        .failed("node 'drop' (Dropout)", "random numbers without a seed");
    CommandLineRun.of("run", file, "--x", rows, "--out", y, "--seed", 1).succeeded();
    Tensor first = Npy.read(y);
    CommandLineRun.of("run", file, "--x", rows, "--out", y, "--seed", 1, "--force").succeeded();
    assertTrue(Npy.read(y).sameAs(first));
    CommandLineRun.of("run", file, "--x", rows, "--out", y, "--seed", 2, "--force").succeeded();
    assertFalse(Npy.read(y).sameAs(first));
    CommandLineRun.of("check", file, "--x", rows, "--seed", 1).succeeded();
    CommandLineRun.of("run", file, "--x", rows, "--out", y, "--seed", "x")
        .refused("Invalid value for option '--seed': 'x'; expected a whole number of 64 bits");
  }

  @Test
  void check_keeps_to_the_precision_asked_for() {
    String said = CommandLineRun.of("check", model, "--x", x, "--dtype", "f64").succeeded();
    assertEquals(3, said.lines().filter(line -> line.endsWith("  agrees")).count(), said);
    assertFalse(said.contains("f32"), said);
  }

  @Test
  void explain_refuses_wrong_axes() {
    CommandLineRun.of("explain", model, "--x1", x, "--trace", "1", "--diagonal", "-1")
        .refused("axis 1 of output `y` is both traced and diagonal; operands: [f64[4,3]]");
    CommandLineRun.of("explain", model, "--x1", x, "--diagonal", "-1")
        .refused(
            "axis 1 of output `y` is both traced and diagonal; operands: [f64[4,3]]; --trace is -1"
                + " if it is not given");
  }

  @Test
  void check_compares_every_implementation_with_brute_force() {
    String said = CommandLineRun.of("check", model, "--x", x).succeeded();
    assertTrue(said.startsWith("kernel [9,9] of the first examples, against brute force\n"), said);
    assertEquals(6, said.lines().filter(line -> line.endsWith("  agrees")).count(), said);
    assertTrue(said.endsWith("all agree\n"), said);
    String json = CommandLineRun.of("check", model, "--x", x, "--json").succeeded();
    assertTrue(json.startsWith("{\"agree\":true,\"rows\":9,"), json);
  }

  @Test
  void check_says_where_a_kernel_is_wrong_and_fails() throws IOException {
    Tensor large = Npy.read(x);
    for (long i = 0; i < large.size(); i++) {
      large.setDouble(i, 1e30 * large.getDouble(i)); // Products of two are beyond f32.
    }
    Path file = directory.resolve("large.npy");
    Npy.write(file, large);
    CommandLineRun run = CommandLineRun.of("check", model, "--x", file);
    assertEquals(1, run.status(), run::out);
    assertTrue(run.out().contains("  agrees\n"), run::out);
    Pattern wrong =
        Pattern.compile(
            "structured-derivatives +f32 +NaN  differs, most at row \\d, column \\d: NaN, expected"
                + " [\\d.]+; most in the part of parameter '\\d.weight'\n");
    assertTrue(wrong.matcher(run.out()).find(), run::out);
    assertTrue(run.out().endsWith("at least one kernel above is wrong\n"), run::out);
  }

  @Test
  void check_refuses_what_does_not_fit() throws IOException {
    Path bad = directory.resolve("bad.npy");
    Npy.write(bad, Tensor.of(new double[4], 4));
    CommandLineRun.of("check", model, "--x", bad)
        .refused("--x: " + bad + " is f64[4]; expected f64[N,5] for input 'x'");
    Npy.write(bad, Tensor.of(new double[0], 0, 5));
    CommandLineRun.of("check", model, "--x", bad)
        .refused("--x: there are no examples; expected one or more");
    Npy.write(bad, Tensor.of(new double[] {1, 2, Double.NaN, 4, 5}, 1, 5));
    CommandLineRun.of("check", model, "--x", bad)
        .refused(
            "the kernel of the first examples is not finite, by brute force either: there is"
                + " nothing to compare; expected inputs, and a network, with finite values");
    Npy.write(bad, Tensor.of(new long[5], 1, 5));
    CommandLineRun.of("check", model, "--x", bad)
        .refused(
            "--x: "
                + bad
                + " is i64[1,5]; expected f64[N,5] for input 'x'; integers are not converted: what"
                + " one step of them means is not known");
  }

  @Test
  void devices_says_what_there_is_and_what_not() {
    String said = CommandLineRun.of("devices").succeeded();
    assertTrue(said.startsWith("cpu   available: "), said);
    assertTrue(said.contains("\n      processor "), said);
    assertTrue(Pattern.compile("OpenBLAS  \\d+\\.\\d+").matcher(said).find(), said);
    String json = CommandLineRun.of("devices", "--json").succeeded();
    assertTrue(json.contains("\"cuda\":{"), json);
    CommandLineRun.of("devices", "--all").refused("Unknown option: '--all'");
  }
}
