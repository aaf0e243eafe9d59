package org.ntk4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.io.Npy;
import org.ntk4j.core.io.Npz;

class KernelCommandTest {
  @TempDir private Path directory;

  private Path model;
  private Path x1;
  private Path x2;
  private Path out;

  @BeforeEach
  void files() throws IOException {
    model = CommandLineRun.resource(directory, "mlp.onnx");
    x1 = CommandLineRun.resource(directory, "mlp-x1.npy");
    x2 = CommandLineRun.resource(directory, "mlp-x2.npy");
    out = directory.resolve("k.npy");
  }

  private CommandLineRun kernel(Object... more) {
    Object[] start = {"kernel", model, "--x1", x1};
    return CommandLineRun.of(Stream.concat(Arrays.stream(start), Arrays.stream(more)).toArray());
  }

  private Tensor expected() throws IOException {
    return Npy.read(CommandLineRun.resource(directory, "mlp-ntk.npy"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "auto",
        "jacobian-contraction",
        "ntk-vector-products",
        "structured-derivatives",
        "Structured-Derivatives"
      })
  void every_implementation_gives_pytorchs_kernel(String implementation) throws IOException {
    String said =
        kernel("--x2", x2, "--trace", "none", "--out", out, "--implementation", implementation)
            .succeeded();
    assertTrue(said.startsWith(out + ": ntk f64[4,3,3,3]\nby "), said);
    assertArrayEquals(expected().toDoubles(), Npy.read(out).toDoubles(), 1e-6);
  }

  @Test
  void the_last_axis_is_averaged_over_by_default() throws IOException {
    kernel("--x2", "x=" + x2, "--out", out).succeeded();
    Tensor all = expected();
    Tensor found = Npy.read(out);
    assertEquals("f64[4,3]", found.toString());
    double mean = (all.getDouble(0) + all.getDouble(4) + all.getDouble(8)) / 3;
    assertEquals(mean, found.getDouble(0), 1e-6);
  }

  @Test
  void an_output_without_axes_but_the_examples_keeps_them() throws IOException {
    Path scalar = CommandLineRun.resource(directory, "scalar.onnx");
    Path x = directory.resolve("x.npy");
    Npy.write(x, Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3));
    CommandLineRun.of("kernel", scalar, "--x1", x, "--out", out).succeeded();
    assertEquals("f32[2,2]", Npy.read(out).toString());
  }

  @Test
  void a_kernel_of_no_examples_is_not_drawn() throws IOException {
    Npy.write(x1, Tensor.of(new double[0], 0, 5));
    kernel("--out", out, "--plot", directory.resolve("k.png"))
        .refused("--plot: the kernel is empty; expected examples on both sides");
    assertFalse(Files.exists(out));
  }

  @Test
  void a_matrix_has_the_outputs_of_an_example_beside_each_other() throws IOException {
    kernel("--trace", "none", "--matrix", "--dtype", "f32", "--out", out).succeeded();
    Tensor matrix = Npy.read(out);
    assertEquals("f32[12,12]", matrix.toString());
    assertEquals(matrix.getDouble(12 + 7), matrix.getDouble(7 * 12 + 1), 1e-5);
  }

  @Test
  void a_diagonal_axis_is_kept_once() throws IOException {
    kernel("--trace", "none", "--diagonal", "1", "--out", out).succeeded();
    assertEquals("f64[4,4,3]", Npy.read(out).toString());
  }

  @Test
  void both_kernels_go_to_one_archive_and_to_a_json_line() throws IOException {
    Path archive = directory.resolve("k.npz");
    String said = kernel("--kernel", "both", "--out", archive, "--json").succeeded();
    assertEquals(1, said.lines().count());
    assertTrue(said.contains("\"arrays\":{\"ntk\":{\"dtype\":\"f64\",\"shape\":[4,4]}"), said);
    assertEquals(List.of("ntk", "nngp"), List.copyOf(Npz.read(archive).keySet()));
  }

  @Test
  void several_inputs_and_outputs_are_named() throws IOException {
    model = CommandLineRun.resource(directory, "two_inputs.onnx");
    Path data = directory.resolve("data.npz");
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    arrays.put("x", Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3));
    arrays.put("ids", Tensor.of(new int[] {4, 0}, 2));
    Npz.write(data, arrays);
    Path archive = directory.resolve("k.npz");
    CommandLineRun.of(
            "kernel",
            model,
            "--x1",
            "x=" + data + ":x",
            "--x1",
            "ids=" + data + ":ids",
            "--out",
            archive)
        .succeeded();
    assertEquals(List.of("ntk/y", "ntk/z"), List.copyOf(Npz.read(archive).keySet()));
    CommandLineRun.of("kernel", model, "--x1", data + ":x", "--out", archive, "--force")
        .refused(
            "--x1 '%s:x': expected NAME=FILE, because the model has 2 inputs: x: f32[N,3], ids:"
                    .formatted(data)
                + " i64[N]");
    Path ids = directory.resolve("ids.npy");
    Npy.write(ids, Tensor.of(new double[] {0, 1}, 2));
    CommandLineRun.of(
            "kernel", model, "--x1", "x=" + data + ":x", "--x1", "ids=" + ids, "--out", out)
        .refused("--x1: " + ids + " is f64[2]; expected i64[N] for input 'ids'");
    CommandLineRun.of("kernel", model, "--x1", "x=" + data + ":x", "--out", out)
        .refused("--x1: input 'ids' is not given; the model has x: f32[N,3], ids: i64[N]");
  }

  @Test
  void a_kernel_larger_than_its_memory_is_computed_in_tiles() throws IOException {
    kernel("--trace", "none", "--out", out).succeeded();
    Path tiled = directory.resolve("tiled.npy");
    String said = kernel("--trace", "none", "--memory", "8k", "--out", tiled).succeeded();
    assertTrue(
        said.matches("(?s).*memory: .* predicted, .* taken.*; .*") && said.contains(" tiles of "),
        said);
    assertArrayEquals(Npy.read(out).toDoubles(), Npy.read(tiled).toDoubles(), 1e-12);
    String json =
        kernel("--trace", "none", "--memory", "8k", "--out", tiled, "--force", "--json")
            .succeeded();
    assertTrue(json.contains("\"memory\":{\"predictedBytes\":"), json);
    assertTrue(json.contains("\"limitBytes\":8000,"), json);
  }

  @Test
  void what_does_not_fit_is_refused_with_the_numbers() {
    kernel("--memory", "1k", "--out", out)
        .failed("the kernel needs ", " and may take 1.00 kB; inputs and result alone take ");
    assertFalse(Files.exists(out));
  }

  @Test
  void an_amount_of_memory_is_checked() {
    kernel("--memory", "4x", "--out", out)
        .refused(
            "Invalid value for option '--memory': '4x' is no amount of memory; expected one such as"
                + " 4g, 512m or 70%");
    kernel("--out", out, "--memory", "0%")
        .refused(
            "Invalid value for option '--memory': '0%': expected more than 0% of what is free, and"
                + " at most 100%");
    kernel("--out", out, "--memory", "1GiB").succeeded();
    kernel("--memory", "120%", "--out", directory.resolve("more.npy"))
        .refused(
            "Invalid value for option '--memory': '120%': expected more than 0% of what is free,"
                + " and at most 100%");
  }

  @Test
  void frozen_parameters_do_not_count() throws IOException {
    kernel("--out", out).succeeded();
    Path fewer = directory.resolve("fewer.npy");
    kernel("--freeze", "bias$", "--out", fewer).succeeded();
    assertTrue(Npy.read(fewer).getDouble(0) < Npy.read(out).getDouble(0));
    Path same = directory.resolve("same.npy");
    kernel("--params", "weight", "--out", same).succeeded();
    assertArrayEquals(Npy.read(fewer).toDoubles(), Npy.read(same).toDoubles(), 1e-12);
  }

  @Test
  void a_dry_run_writes_nothing() {
    String said = kernel("--out", out, "--dry-run").succeeded();
    assertTrue(said.startsWith(out + " would hold ntk\nntk by "), said);
    assertFalse(Files.exists(out));
  }

  @Test
  void a_picture_is_drawn() throws IOException {
    Path picture = directory.resolve("k.png");
    kernel("--out", out, "--plot", picture).succeeded();
    assertTrue(Files.size(picture) > 1000);
  }

  @Test
  void an_existing_file_is_replaced_only_if_forced() throws IOException {
    Files.writeString(out, "mine");
    kernel("--out", out)
        .refused("--out '" + out + "' exists; expected a new name, or --force to replace it");
    assertEquals("mine", Files.readString(out));
    kernel("--out", out, "--force").succeeded();
    assertEquals("f64[4,4]", Npy.read(out).toString());
    try (Stream<Path> files = Files.list(directory)) {
      assertTrue(files.noneMatch(f -> f.toString().endsWith(".tmp")));
    }
  }

  @Test
  void places_that_cannot_be_written_to_are_refused() {
    Path nowhere = directory.resolve("no").resolve("k.npy");
    kernel("--out", nowhere)
        .refused("--out '" + nowhere + "': there is no directory '" + nowhere.getParent() + "'");
    kernel("--out", "k.txt").refused("--out 'k.txt': expected a name that ends with .npy or .npz");
    kernel("--kernel", "both", "--out", out)
        .refused(
            "--out '"
                + out
                + "' holds one array, but there are 2: [ntk, nngp]; expected a name that ends with"
                + " .npz");
  }

  @Test
  void what_is_no_file_is_not_replaced() throws IOException {
    Path socket = directory.resolve("s.npy");
    assumeTrue(socket.toString().length() < 100, "the names of sockets are short");
    try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.bind(UnixDomainSocketAddress.of(socket));
      kernel("--out", socket, "--force")
          .refused(
              "--out '" + socket + "' is a device or the like; expected a file, or a new name");
    }
  }

  @Test
  void missing_files_are_refused() {
    kernel("--x2", "no.npy", "--out", out)
        .refused("--x2: there is no file 'no.npy'; expected an .npy file, or FILE.npz:KEY");
    CommandLineRun.of("kernel", "no.onnx", "--x1", x1, "--out", out)
        .refused("there is no file 'no.onnx'; expected an ONNX model");
  }

  @Test
  void an_archive_needs_a_key_that_it_has() throws IOException {
    Path data = directory.resolve("d.npz");
    Npz.write(data, Map.of("a", Npy.read(x1)));
    kernel("--x2", data, "--out", out)
        .refused(
            "--x2: '%s' is named without a key; expected %s:KEY, where KEY is one of [a]"
                .formatted(data, data));
    kernel("--x2", data + ":b", "--out", out)
        .refused(
            "--x2: '%s' has no array 'b'; expected %s:KEY, where KEY is one of [a]"
                .formatted(data, data));
    kernel("--x2", data + ":a", "--out", out).succeeded();
  }

  @Test
  void wrong_names_shapes_and_types_are_refused() throws IOException {
    kernel("--x2", "z=" + x2, "--out", out)
        .refused("--x2: there is no input 'z'; the model has x: f64[N,5]");
    kernel("--output", "z", "--out", out)
        .refused("--output: there is no output 'z'; expected one of [y]");
    Path bad = directory.resolve("bad.npy");
    Npy.write(bad, Tensor.of(new double[6], 2, 3));
    kernel("--x2", bad, "--out", out)
        .refused("--x2: " + bad + " is f64[2,3]; expected f64[N,5] for input 'x'");
    Npy.write(bad, Tensor.of(new long[5], 1, 5));
    kernel("--x2", bad, "--out", out)
        .refused(
            "--x2: "
                + bad
                + " is i64[1,5]; expected f64[N,5] for input 'x'; integers are not converted: what"
                + " one step of them means is not known");
  }

  @Test
  void wrong_axes_are_refused() {
    kernel("--trace", "2", "--out", out)
        .refused("trace axis 2 is out of range for output `y` of rank 2; operands: [f64[4,3]]");
    kernel("--trace", "a", "--out", out)
        .refused(
            "Invalid value for option '--trace': 'a' are no axes; expected numbers such as -1 or"
                + " 0,2, or none");
    kernel("--trace", "none", "--diagonal", "1", "--matrix", "--out", out)
        .refused(
            "--matrix needs all entries of the kernel, and --diagonal leaves some out; expected"
                + " one of the two");
  }

  @Test
  void wrong_choices_are_refused() {
    kernel("--params", "a(", "--out", out)
        .refused(
            "Invalid value for option '--params': 'a(' is no regular expression: Unclosed group at"
                + " position 2");
    kernel("--implementation", "magic", "--out", out)
        .refused(
            "Invalid value for option '--implementation': 'magic' is none of auto,"
                + " jacobian-contraction, ntk-vector-products, structured-derivatives");
    kernel("--dtype", "f16", "--out", out)
        .refused("Invalid value for option '--dtype': 'f16' is neither f32 nor f64");
    kernel("--freeze", "nothing", "--out", out)
        .refused(
            "--freeze 'nothing' matches no floating-point tensor of mlp.onnx; expected a match in"
                + " one of [0.weight, 0.bias, 2.weight, 2.bias, 4.weight, 4.bias]");
    kernel("--freeze", ".", "--out", out)
        .refused("mlp.onnx has no parameters with these options; see 'ntk inspect'");
  }

  @Test
  void an_unknown_option_is_refused() {
    CommandLineRun run = kernel("--out", out, "--outt", "x");
    assertEquals(2, run.status());
    assertTrue(run.err().startsWith("ntk: Unknown options: '--outt', 'x'"), run.err());
  }

  @Test
  void files_that_hold_something_else_fail_in_one_line() throws IOException {
    Path text = Files.writeString(directory.resolve("t.npy"), "not an array");
    kernel("--x2", text, "--out", out).failed("t.npy");
    CommandLineRun.of("kernel", x1, "--x1", x1, "--out", out).failed("mlp-x1.npy");
    Path other = CommandLineRun.resource(directory, "unsupported.onnx");
    CommandLineRun.of("kernel", other, "--x1", x1, "--out", out)
        .failed("unsupported.onnx", "Frobnicate", "first", "Whiten", "second");
    assertFalse(Files.exists(out));
  }
}
