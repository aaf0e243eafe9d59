package org.ntk4j.core.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;

class NpyTest {

  @TempDir Path folder;

  private Tensor read(byte[] bytes) throws IOException {
    return Npy.read(Files.write(folder.resolve("a.npy"), bytes));
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void every_dtype_and_shape_survives_writing_and_reading(DType dtype) throws IOException {
    Path path = folder.resolve("a.npy");
    Tensor noise = RandomKey.of(1).normal(DType.F64, Shape.of(200_000));
    for (Shape shape :
        List.of(Shape.SCALAR, Shape.of(0), Shape.of(3, 0, 2), Shape.of(7), Shape.of(200_000))) {
      Tensor x = noise.slice(0, shape.size()).to(dtype).reshape(shape);
      Npy.write(path, x);
      assertTrue(x.sameAs(Npy.read(path)), () -> dtype + " " + shape);
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(path), files.toList());
    }
  }

  @Test
  void the_bytes_written_are_those_of_numpy() throws IOException {
    Path path = folder.resolve("a.npy");
    Npy.write(path, Tensor.of(new int[] {1, -2}, 2));
    String text = "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }";
    byte[] expected =
        NpyBytes.file(
            text + " ".repeat(128 - 10 - 1 - text.length()) + "\n",
            new byte[] {1, 0, 0, 0, -2, -1, -1, -1});
    assertArrayEquals(expected, Files.readAllBytes(path));
  }

  @Test
  void files_of_numpy_are_read() throws Exception {
    Path path = Path.of(Objects.requireNonNull(NpyTest.class.getResource("mlp_x1.npy")).toURI());
    Tensor x = Npy.read(path);
    assertEquals("f64[4,5]", x.toString());
    Path again = folder.resolve("again.npy");
    Npy.write(again, x);
    assertEquals(-1, Files.mismatch(path, again));
  }

  @ParameterizedTest
  @CsvSource({
    "i1, 1, -5, i32",
    "i2, 2, -500, i32",
    "i4, 4, -70000, i32",
    "i8, 8, -5000000000, i64",
    "u1, 1, 251, i32",
    "u2, 2, 65000, i32",
    "u4, 4, 4000000000, i64"
  })
  void integers_of_both_byte_orders_are_widened(String code, int bytes, long value, String dtype)
      throws IOException {
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      byte[] data = new byte[2 * bytes];
      for (int i = 0; i < bytes; i++) {
        int shift = 8 * (order == ByteOrder.LITTLE_ENDIAN ? i : bytes - 1 - i);
        data[bytes + i] = (byte) (value >> shift);
      }
      String mark = bytes == 1 ? "|" : order == ByteOrder.LITTLE_ENDIAN ? "<" : ">";
      Tensor x = read(NpyBytes.file(NpyBytes.header(mark + code, false, "(2,)"), data));
      assertEquals(DType.parse(dtype), x.dtype());
      assertArrayEquals(new long[] {0, value}, x.toLongs());
    }
  }

  @Test
  void floats_of_both_byte_orders_are_read() throws IOException {
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      String mark = order == ByteOrder.LITTLE_ENDIAN ? "<" : ">";
      byte[] f8 = ByteBuffer.allocate(16).order(order).putDouble(-0.1).putDouble(1e300).array();
      Tensor x = read(NpyBytes.file(NpyBytes.header(mark + "f8", false, "(2,)"), f8));
      assertTrue(x.sameAs(Tensor.of(new double[] {-0.1, 1e300}, 2)));
      byte[] f4 = ByteBuffer.allocate(8).order(order).putFloat(-0.1f).putInt(0x7FA00001).array();
      Tensor y = read(NpyBytes.file(NpyBytes.header(mark + "f4", false, "(2,)"), f4));
      assertEquals(-0.1f, (float) y.getDouble(0));
      assertTrue(Double.isNaN(y.getDouble(1)));
      byte[] f2 =
          ByteBuffer.allocate(6)
              .order(order)
              .putShort((short) 0xC100)
              .putShort((short) 0x0001)
              .putShort((short) 0x7C00)
              .array();
      Tensor z = read(NpyBytes.file(NpyBytes.header(mark + "f2", false, "(3,)"), f2));
      assertEquals(DType.F32, z.dtype());
      assertArrayEquals(new double[] {-2.5, 0x1p-24, Double.POSITIVE_INFINITY}, z.toDoubles());
    }
  }

  @Test
  void booleans_other_than_0_and_1_become_1() throws IOException {
    Tensor x = read(NpyBytes.file(NpyBytes.header("|b1", false, "(3,)"), new byte[] {0, 1, 7}));
    assertTrue(x.sameAs(Tensor.of(new boolean[] {false, true, true}, 3)));
  }

  @ParameterizedTest
  @CsvSource({"u1", "b1", "u2", "f4", "i8"})
  void fortran_order_is_brought_to_row_major_order(String code) throws IOException {
    int bytes = code.charAt(1) - '0';
    int[] size = {50, 60, 70};
    byte[] data = new byte[50 * 60 * 70 * bytes];
    int at = 0;
    for (int k = 0; k < size[2]; k++) {
      for (int j = 0; j < size[1]; j++) {
        for (int i = 0; i < size[0]; i++, at += bytes) {
          data[at] = (byte) ((i + 2 * j + 3 * k) % 2);
        }
      }
    }
    String mark = bytes == 1 ? "|" : "<";
    Tensor x = read(NpyBytes.file(NpyBytes.header(mark + code, true, "(50, 60, 70)"), data));
    assertEquals(Shape.of(50, 60, 70), x.shape());
    // The lowest byte alone is set, which makes a float the smallest denormal number.
    double one = x.dtype().isFloating() ? Float.MIN_VALUE : 1;
    for (long n = 0; n < x.size(); n++) {
      long expected = (n / 4200 + 2 * (n / 70 % 60) + 3 * (n % 70)) % 2;
      assertEquals(expected * one, x.getDouble(n));
    }
  }

  @Test
  void versions_2_and_3_and_other_spellings_of_the_header_are_read() throws IOException {
    for (int version : new int[] {2, 3}) {
      String header = "{\"shape\":(2L,1L),\"fortran_order\":True,\"descr\":\"|u1\"}   \n";
      Tensor x = read(NpyBytes.file(version, header, new byte[] {3, 4}));
      assertEquals(Shape.of(2, 1), x.shape());
      assertArrayEquals(new long[] {3, 4}, x.toLongs());
    }
  }

  @Test
  void more_than_2_to_the_31_elements_are_mapped() throws IOException {
    long count = 2_200_000_000L;
    Path path = folder.resolve("big.npy");
    byte[] header = NpyBytes.file(NpyBytes.header("<f4", false, "(2, " + count / 2 + ")"));
    byte[] padded =
        new String(header, StandardCharsets.ISO_8859_1)
            .replace("\n", " ".repeat(128 - header.length) + "\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    padded[8] = 118;
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(padded);
      file.setLength(128 + 4 * count);
      file.seek(128 + 4 * (count - 2));
      file.write(new byte[] {0, 0, (byte) 0x80, 0x3F});
    }
    Tensor x = Npy.read(path);
    assertEquals(count, x.size());
    assertEquals(0, x.getDouble(0));
    assertEquals(1, x.getDouble(count - 2));
    assertEquals(1, x.slice(1, 2).getDouble(count / 2 - 2));
    assertTrue(x.segment().isReadOnly());
    assertThrows(IllegalArgumentException.class, () -> x.setDouble(0, 1));
    assertEquals(0, x.segment().address() % 64);
  }

  @Test
  void writing_that_fails_leaves_the_old_file_and_nothing_else() throws IOException {
    Path path = folder.resolve("a.npy");
    Tensor old = Tensor.scalar(1);
    Npy.write(path, old);
    TensorScope scope = TensorScope.open();
    Tensor released = scope.zeros(DType.F64, Shape.SCALAR);
    scope.close();
    assertThrows(IllegalStateException.class, () -> Npy.write(path, released));
    assertTrue(old.sameAs(Npy.read(path)));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(path), files.toList());
    }
  }
}
