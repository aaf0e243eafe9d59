package org.ntk4j.core.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

class NpzTest {

  @TempDir Path folder;

  private static SequencedMap<String, Tensor> arrays() {
    SequencedMap<String, Tensor> arrays = new LinkedHashMap<>();
    Tensor noise = RandomKey.of(3).normal(DType.F64, Shape.of(30_000));
    for (DType dtype : DType.values()) {
      arrays.put("seed 1/" + dtype + " é", noise.to(dtype).reshape(Shape.of(100, 300)));
    }
    arrays.put("empty", Tensor.zeros(DType.F32, Shape.of(0, 4)));
    arrays.put("scalar", Tensor.scalar(-0.0));
    return arrays;
  }

  private static void same(Map<String, Tensor> expected, Map<String, Tensor> actual) {
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(actual.keySet()));
    expected.forEach(
        (name, x) -> assertTrue(x.sameAs(Objects.requireNonNull(actual.get(name))), name));
  }

  @Test
  void arrays_survive_writing_and_reading_stored_and_compressed() throws IOException {
    Path stored = folder.resolve("stored.npz");
    Path compressed = folder.resolve("compressed.npz");
    Npz.write(stored, arrays());
    Npz.writeCompressed(compressed, arrays());
    same(arrays(), Npz.read(stored));
    same(arrays(), Npz.read(compressed));
    assertTrue(Files.size(compressed) < Files.size(stored));
    assertTrue(Tensor.scalar(-0.0).sameAs(Npz.read(stored, "scalar")));
  }

  @Test
  void equal_arrays_make_equal_files() throws IOException {
    Path a = folder.resolve("a.npz");
    Path b = folder.resolve("b.npz");
    Npz.write(a, arrays());
    Npz.write(b, arrays());
    assertEquals(-1, Files.mismatch(a, b));
  }

  @Test
  void no_arrays_are_an_archive_too() throws IOException {
    Path path = folder.resolve("none.npz");
    Npz.write(path, Map.of());
    assertTrue(Npz.read(path).isEmpty());
  }

  @Test
  void zeros_may_be_compressed_a_thousandfold() throws IOException {
    Path path = folder.resolve("zeros.npz");
    Tensor zeros = Tensor.zeros(DType.F64, Shape.of(4_000_000));
    Npz.writeCompressed(path, Map.of("zeros", zeros));
    assertTrue(Files.size(path) < 40_000);
    assertTrue(zeros.sameAs(Npz.read(path, "zeros")));
  }

  @Test
  void archives_of_numpy_are_read() throws Exception {
    Path path = Path.of(Objects.requireNonNull(NpzTest.class.getResource("digits.npz")).toURI());
    Map<String, Tensor> digits = Npz.read(path);
    Tensor images = Objects.requireNonNull(digits.get("images"));
    assertEquals("i32[1797,8,8]", images.toString());
    assertEquals(0, LongStream.of(images.toLongs()).min().orElseThrow());
    assertEquals(16, LongStream.of(images.toLongs()).max().orElseThrow());
    assertArrayEquals(
        new long[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, Npz.read(path, "labels").slice(0, 10).toLongs());
  }

  @Test
  void an_array_needs_a_name() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Npz.write(folder.resolve("a.npz"), Map.of("", Tensor.scalar(1))));
  }
}
