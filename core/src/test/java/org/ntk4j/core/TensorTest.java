package org.ntk4j.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {

  @ParameterizedTest
  @EnumSource(DType.class)
  void elements_are_set_and_read_back(DType dtype) {
    Tensor tensor = Tensor.zeros(dtype, Shape.of(2, 3));
    assertEquals(0, tensor.segment().address() % 64);
    assertEquals(6L * dtype.sizeBytes(), tensor.segment().byteSize());
    assertArrayEquals(new double[6], tensor.toDoubles());
    tensor.setDouble(4, 1);
    tensor.setLong(5, 1);
    assertArrayEquals(new double[] {0, 0, 0, 0, 1, 1}, tensor.toDoubles());
    assertArrayEquals(new long[] {0, 0, 0, 0, 1, 1}, tensor.toLongs());
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.getDouble(6));
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.setDouble(-1, 0));
    assertEquals(dtype, DType.parse(dtype.toString()));
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void empty_tensors_have_no_elements(DType dtype) {
    Tensor tensor = Tensor.zeros(dtype, Shape.of(3, 0));
    assertEquals(0, tensor.toDoubles().length);
    assertTrue(tensor.sameAs(Tensor.zeros(dtype, Shape.of(3, 0))));
    assertFalse(tensor.sameAs(Tensor.zeros(dtype, Shape.of(0, 3))));
  }

  @Test
  void conversion_truncates_clamps_and_tests_for_zero() {
    Tensor x = Tensor.of(new double[] {-1.9, 0, 2.5, 1e300, Double.NaN}, 5);
    assertArrayEquals(new long[] {-1, 0, 2, Integer.MAX_VALUE, 0}, x.to(DType.I32).toLongs());
    assertArrayEquals(new long[] {-1, 0, 2, Long.MAX_VALUE, 0}, x.to(DType.I64).toLongs());
    assertArrayEquals(new long[] {1, 0, 1, 1, 1}, x.to(DType.BOOL).toLongs());
    assertSame(x, x.to(DType.F64));
  }

  @Test
  void integers_are_converted_without_a_detour_by_double() {
    long value = (1L << 60) + 1;
    assertEquals(1, Tensor.of(new long[] {value}).to(DType.I32).getLong(0));
    // Just above a tie between two floats; rounding to double first would make it the tie.
    long aboveTie = (1L << 54) + (1L << 30) + 1;
    assertEquals((float) aboveTie, Tensor.of(new long[] {aboveTie}).to(DType.F32).getDouble(0));
  }

  @Property(tries = 500)
  void values_survive_their_own_dtype(
      @ForAll double d, @ForAll float f, @ForAll long l, @ForAll int i, @ForAll boolean b) {
    assertEquals(d, Tensor.scalar(d).getDouble(0));
    assertEquals(f, (float) Tensor.of(new float[] {f}).getDouble(0));
    assertEquals(l, Tensor.of(new long[] {l}).getLong(0));
    assertEquals(i, Tensor.of(new int[] {i}).getLong(0));
    assertEquals(b ? 1 : 0, Tensor.of(new boolean[] {b}).getLong(0));
  }

  @Test
  void views_share_memory_and_copies_do_not() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
    Tensor rows = x.slice(1, 3);
    Tensor flat = x.reshape(Shape.of(6));
    Tensor copy = x.copy();
    x.setDouble(2, 30);
    assertArrayEquals(new double[] {30, 4, 5, 6}, rows.toDoubles());
    assertEquals(Shape.of(2, 2), rows.shape());
    assertEquals(30, flat.getDouble(2));
    assertEquals(3, copy.getDouble(2));
  }

  @Test
  void equality_of_content_is_bitwise() {
    Tensor zero = Tensor.scalar(0.0);
    assertFalse(zero.sameAs(Tensor.scalar(-0.0)));
    assertTrue(Tensor.scalar(Double.NaN).sameAs(Tensor.scalar(Double.NaN)));
    assertFalse(zero.sameAs(Tensor.of(new double[1], 1)));
    assertFalse(zero.sameAs(Tensor.of(new long[1])));
    assertNotEquals(zero.contentHash(), Tensor.of(new long[1]).contentHash());
    assertNotEquals(zero.contentHash(), Tensor.scalar(-0.0).contentHash());
    assertEquals(
        Tensor.of(new boolean[] {true, false, true}, 3).contentHash(),
        Tensor.of(new int[] {7, 0, -1}, 3).to(DType.BOOL).contentHash());
  }

  @Test
  void mistakes_are_one_clear_sentence() {
    refused("shape [4] has 4 elements; given 3 values", () -> Tensor.of(new double[3], 4));
    refused("shape [] has 1 elements; given 2 values", () -> Tensor.of(new float[2]));
    refused(
        "f64[2] has 2 elements; shape [3] has 3",
        () -> Tensor.of(new double[2], 2).reshape(Shape.of(3)));
    refused(
        "rows 1 to 3 are no range of axis 0 of f64[2]",
        () -> Tensor.of(new double[2], 2).slice(1, 3));
    refused(
        "unknown dtype 'f16'; expected one of [f32, f64, i32, i64, bool]",
        () -> DType.parse("f16"));
    refused(
        "f64[2] needs 16 bytes; given 8",
        () -> Tensor.wrap(DType.F64, Shape.of(2), Arena.ofAuto().allocate(8)));
    refused(
        "a tensor cannot wrap memory on the Java heap",
        () -> Tensor.wrap(DType.F64, Shape.of(1), MemorySegment.ofArray(new double[1])));
    refused(
        "f32[1] needs an address that is a multiple of 4",
        () -> Tensor.wrap(DType.F32, Shape.of(1), Arena.ofAuto().allocate(8, 8).asSlice(1, 4)));
    refused(
        "f64[2305843009213693952] has more bytes than can be addressed",
        () -> Tensor.zeros(DType.F64, Shape.of(1L << 61)));
  }

  @Test
  void memory_that_cannot_be_had_is_named() {
    OutOfMemoryError error =
        assertThrows(OutOfMemoryError.class, () -> Tensor.zeros(DType.F64, Shape.of(1L << 45)));
    assertTrue(error.getMessage().startsWith("no memory for f64[35184372088832]"));
  }

  private static void refused(String message, Runnable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action::run).getMessage());
  }

  @Test
  void one_nan_or_infinity_anywhere_is_found() {
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      Tensor x = Tensor.fill(dtype, Shape.of(9001), -1e30);
      assertTrue(x.isFinite());
      for (long i : new long[] {0, 4093, 4094, 4095, 4096, 8999, 9000}) {
        for (double bad : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
          x.setDouble(i, bad);
          assertFalse(x.isFinite(), () -> dtype + " " + i);
        }
        x.setDouble(i, 0);
      }
      assertTrue(x.isFinite());
    }
    assertTrue(Tensor.of(new long[] {Long.MAX_VALUE}, 1).isFinite());
    assertTrue(Tensor.zeros(DType.F32, Shape.of(0)).isFinite());
  }
}
