package org.ntk4j.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TensorScopeTest {

  private static final List<Consumer<Tensor>> USES =
      List.of(
          Tensor::segment,
          x -> x.getDouble(0),
          x -> x.setDouble(0, 1),
          x -> x.getLong(0),
          x -> x.setLong(0, 1),
          x -> x.to(DType.F64),
          x -> x.to(DType.F32),
          Tensor::copy,
          x -> x.reshape(Shape.of(4)),
          x -> x.slice(0, 1),
          Tensor::toDoubles,
          Tensor::toLongs,
          x -> x.sameAs(x),
          Tensor::contentHash);

  private static void refusesEveryUse(Tensor x) {
    for (Consumer<Tensor> use : USES) {
      IllegalStateException e = assertThrows(IllegalStateException.class, () -> use.accept(x));
      assertEquals(
          "tensor f64[2,2] was released; copy it out of its scope to keep it", e.getMessage());
    }
    assertEquals("f64[2,2]", x.toString());
  }

  @Test
  void tensors_of_a_closed_scope_refuse_every_use() {
    TensorScope scope = TensorScope.open();
    Tensor x = scope.zeros(DType.F64, Shape.of(2, 2));
    Tensor view = x.reshape(Shape.of(4)).reshape(Shape.of(2, 2));
    assertTrue(scope.isOpen());
    scope.close();
    scope.close();
    assertFalse(scope.isOpen());
    refusesEveryUse(x);
    refusesEveryUse(view);
    assertThrows(IllegalStateException.class, () -> scope.allocate(DType.F64, Shape.SCALAR));
    assertThrows(IllegalStateException.class, () -> scope.release(x));
  }

  @Test
  void released_tensors_refuse_every_use_even_when_their_memory_is_used_again() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = scope.zeros(DType.F64, Shape.of(2, 2));
      Tensor view = x.slice(0, 2);
      long address = x.segment().address();
      scope.release(x);
      Tensor next = scope.allocate(DType.F64, Shape.of(4));
      assertEquals(address, next.segment().address());
      refusesEveryUse(x);
      refusesEveryUse(view);
      next.setDouble(0, 7);
      assertEquals(7, next.getDouble(0));
    }
  }

  @Test
  void wrapped_memory_whose_arena_was_closed_is_an_exception_not_a_crash() {
    Tensor x;
    try (Arena arena = Arena.ofConfined()) {
      x = Tensor.wrap(DType.F64, Shape.of(2), arena.allocate(16, 8));
    }
    assertThrows(IllegalStateException.class, x::segment);
    assertThrows(IllegalStateException.class, () -> x.getDouble(0));
  }

  @Test
  void only_the_owner_releases_and_only_once() {
    try (TensorScope scope = TensorScope.open();
        TensorScope other = TensorScope.open()) {
      Tensor x = scope.zeros(DType.F64, Shape.of(2));
      Tensor unowned = Tensor.of(new double[2], 2);
      assertEquals(
          "f64[2] cannot be released: it belongs to another owner",
          assertThrows(IllegalStateException.class, () -> other.release(x)).getMessage());
      assertThrows(IllegalStateException.class, () -> scope.release(unowned));
      scope.release(x);
      assertEquals(
          "f64[2] cannot be released: it was released before",
          assertThrows(IllegalStateException.class, () -> scope.release(x)).getMessage());
      assertEquals(0, unowned.getDouble(0));
    }
  }

  @Test
  void bytes_in_use_are_counted_exactly() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = scope.allocate(DType.F64, Shape.of(1000));
      assertEquals(8000, scope.liveBytes());
      Tensor y = scope.allocate(DType.BOOL, Shape.of(65));
      Tensor none = scope.allocate(DType.F32, Shape.of(0));
      assertEquals(8128, scope.liveBytes());
      scope.release(x);
      assertEquals(128, scope.liveBytes());
      scope.release(y);
      scope.release(none);
      assertEquals(0, scope.liveBytes());
      assertEquals(8128, scope.peakBytes());
    }
  }

  @Test
  void memory_is_recycled_and_zeroed_when_asked() {
    try (TensorScope scope = TensorScope.open()) {
      for (int round = 0; round < 1000; round++) {
        Tensor x = scope.zeros(DType.F32, Shape.of(1000 - round % 10));
        for (long i = 0; i < x.size(); i++) {
          assertEquals(0, x.getDouble(i));
          x.setDouble(i, 1);
        }
        assertEquals(0, x.segment().address() % 64);
        scope.release(x);
      }
      assertTrue(scope.reservedBytes() < 10_000, "reserved " + scope.reservedBytes());
    }
  }

  @Test
  void copies_are_independent() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = Tensor.of(new long[] {1, 2, 3}, 3);
      Tensor copy = scope.copy(x);
      x.setLong(0, 9);
      assertArrayEquals(new long[] {1, 2, 3}, copy.toLongs());
    }
  }

  @Test
  void a_scope_within_another_counts_in_it_and_is_closed_on_its_own() {
    try (TensorScope outer = TensorScope.open()) {
      Tensor kept = outer.zeros(DType.F64, Shape.of(8));
      TensorScope inner = TensorScope.openWithin(outer);
      Tensor x = inner.zeros(DType.F64, Shape.of(16));
      inner.release(x);
      inner.zeros(DType.F64, Shape.of(16));
      inner.zeros(DType.F64, Shape.of(8));
      assertEquals(64 + 128 + 64, outer.liveBytes());
      assertEquals(outer.liveBytes(), outer.reservedBytes());
      inner.close();
      inner.close();
      assertEquals(64, outer.liveBytes());
      assertEquals(64, outer.reservedBytes());
      assertEquals(64 + 128 + 64, outer.peakBytes());
      assertEquals(0, kept.getDouble(3));
    }
  }
}
