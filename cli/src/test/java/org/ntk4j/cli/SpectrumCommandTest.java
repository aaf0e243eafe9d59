package org.ntk4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.io.Npy;
import org.ntk4j.core.io.Npz;

class SpectrumCommandTest {
  @TempDir private Path directory;

  private Path kernel(Tensor values) throws IOException {
    Path file = directory.resolve("k.npy");
    Npy.write(file, values);
    return file;
  }

  @Test
  void eigenvalues_are_told_written_and_drawn() throws IOException {
    Path file = kernel(Tensor.of(new double[] {2, 1, 1, 2}, 2, 2));
    Path out = directory.resolve("e.npy");
    Path plot = directory.resolve("e.png");
    String said = CommandLineRun.of("spectrum", file, "--out", out, "--plot", plot).succeeded();
    assertTrue(
        said.startsWith(
            """
            2 eigenvalues, from 3.00000 down to 1.00000
              3.00000
              1.00000
            condition number: 3.000
            rank: 2 of 2
            effective rank: 1.755
            """),
        said);
    assertArrayEquals(new double[] {3, 1}, Npy.read(out).toDoubles(), 1e-12);
    assertTrue(Files.size(plot) > 1000);
  }

  @Test
  void interleaved_axes_of_a_kernel_become_rows_and_columns() throws IOException {
    // K[n,n',a,a'] is the product of [[2,0],[0,1]] in n and [[5,1],[1,5]] in a.
    double[] values = {10, 2, 2, 10, 0, 0, 0, 0, 0, 0, 0, 0, 5, 1, 1, 5};
    Path archive = directory.resolve("k.npz");
    Npz.write(archive, Map.of("ntk", Tensor.of(values, 2, 2, 2, 2)));
    String said = CommandLineRun.of("spectrum", archive + ":ntk", "--json").succeeded();
    assertTrue(said.startsWith("{\"eigenvalues\":["), said);
    Path out = directory.resolve("e.npy");
    CommandLineRun.of("spectrum", archive + ":ntk", "--out", out).succeeded();
    assertArrayEquals(new double[] {12, 8, 6, 4}, Npy.read(out).toDoubles(), 1e-12);
  }

  @Test
  void a_singular_kernel_has_no_condition_number() throws IOException {
    String said =
        CommandLineRun.of("spectrum", kernel(Tensor.of(new double[] {1, 1, 1, 1}, 2, 2)))
            .succeeded();
    assertTrue(said.contains("condition number: infinite, the kernel is singular"), said);
    assertTrue(said.contains("rank: 1 of 2"), said);
  }

  @Test
  void negative_eigenvalues_are_told_and_not_drawn() throws IOException {
    Path file = kernel(Tensor.of(new double[] {-2, 0, 0, -3}, 2, 2));
    String said = CommandLineRun.of("spectrum", file).succeeded();
    assertTrue(said.contains("rank: 2 of 2\nnegative: 2, beyond rounding; a kernel has"), said);
    CommandLineRun.of("spectrum", file, "--plot", directory.resolve("e.png"))
        .refused(
            "--plot: no eigenvalue of "
                + file
                + " is positive, and the scale is logarithmic; expected a kernel");
    kernel(Tensor.of(new double[0], 0, 0));
    CommandLineRun.of("spectrum", file)
        .refused(file + " is f64[0,0], of no examples; expected one or more");
  }

  @Test
  void what_is_no_symmetric_kernel_is_refused() throws IOException {
    Path file = kernel(Tensor.of(new double[6], 2, 3));
    CommandLineRun.of("spectrum", file)
        .refused(
            file
                + " is f64[2,3]; expected a kernel of examples with themselves, [N,N] or"
                + " [N,N,A,A,..], of floating-point numbers");
    kernel(Tensor.of(new double[] {1, 2, 3, 4}, 2, 2));
    CommandLineRun.of("spectrum", file)
        .refused(
            file
                + " is not symmetric: entries differ from those across the diagonal by 1.00, where"
                + " the largest is 4.00; expected a kernel of examples with themselves");
    kernel(Tensor.of(new double[] {1, Double.NaN, 3, 4}, 2, 2));
    CommandLineRun.of("spectrum", file)
        .refused(file + " holds values that are not finite, in row 1; expected numbers");
    CommandLineRun.of("spectrum", "no.npy")
        .refused("KERNEL: there is no file 'no.npy'; expected an .npy file, or FILE.npz:KEY");
  }

  @Test
  void existing_files_are_kept() throws IOException {
    Path file = kernel(Tensor.of(new double[] {1}, 1, 1));
    CommandLineRun.of("spectrum", file, "--out", file)
        .refused("--out '" + file + "' exists; expected a new name, or --force to replace it");
  }
}
