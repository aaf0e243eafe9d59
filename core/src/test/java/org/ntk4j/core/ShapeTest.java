package org.ntk4j.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeTest {

  @Test
  void axes_are_replaced_inserted_removed_and_permuted() {
    Shape shape = Shape.of(2, 3, 4);
    assertEquals("[2,3,4]", shape.toString());
    assertEquals(Shape.of(2, 7, 4), shape.with(1, 7));
    assertEquals(Shape.of(2, 3, 4, 5), shape.insert(3, 5));
    assertEquals(Shape.of(5, 2, 3, 4), shape.insert(0, 5));
    assertEquals(Shape.of(2, 4), shape.remove(1));
    assertEquals(Shape.of(3), shape.removeAll(List.of(0, 2)));
    assertEquals(Shape.of(4, 2, 3), shape.permute(List.of(2, 0, 1)));
    assertEquals(Shape.of(2, 3, 4, 9), shape.concat(Shape.of(9)));
    assertEquals(Shape.of(3, 4), shape.subShape(1, 3));
    assertEquals(Shape.SCALAR, shape.subShape(1, 1));
    assertEquals(List.of(2L, 3L, 4L), shape.dims());
  }

  @Test
  void strides_are_row_major() {
    assertArrayEquals(new long[] {12, 4, 1}, Shape.of(2, 3, 4).strides());
    assertArrayEquals(new long[0], Shape.SCALAR.strides());
  }

  @Test
  void size_is_exact_beyond_32_bits() {
    assertEquals(1L << 40, Shape.of(1 << 20, 1 << 20).size());
    assertEquals(0, Shape.of(5, 0, 1L << 50).size());
    assertEquals(1, Shape.SCALAR.size());
  }

  @Test
  void later_changes_of_the_array_do_not_reach_the_shape() {
    long[] dims = {2, 3};
    Shape shape = Shape.of(dims);
    dims[0] = 9;
    assertEquals(Shape.of(2, 3), shape);
  }

  @Test
  void impossible_shapes_are_refused() {
    refused("shape [2,-3] has the negative size -3; expected 0 or more", () -> Shape.of(2, -3));
    refused(
        "shape [4611686018427387904,2] is too large; expected fewer than 2^63 elements",
        () -> Shape.of(1L << 62, 2));
    refused(
        "shape [0,4611686018427387904,2] is too large; expected fewer than 2^63 elements",
        () -> Shape.of(0, 1L << 62, 2));
    refused("axis 2 is out of range for shape [2,3]; expected 0 to 1", () -> Shape.of(2, 3).dim(2));
    refused(
        "[0, 0] is no permutation of the 2 axes of [2,3]",
        () -> Shape.of(2, 3).permute(List.of(0, 0)));
    refused("axes 1 to 3 are no range of axes of shape [2,3]", () -> Shape.of(2, 3).subShape(1, 3));
  }

  private static void refused(String message, Runnable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action::run).getMessage());
  }
}
