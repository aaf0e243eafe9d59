package org.ntk4j.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CudaEngineTest {
  @AfterEach
  void restore() {
    System.clearProperty(CudaCompiler.PRECISION);
    System.clearProperty(CudaDevices.PROPERTY);
  }

  @Test
  void it_is_used_only_when_it_is_asked_for() {
    assertEquals("cuda", new CudaEngine().name());
    assertTrue(new CudaEngine().onRequest());
  }

  @Test
  void properties_that_say_nothing_sensible_are_refused() {
    System.setProperty(CudaCompiler.PRECISION, "half");
    Exception precision =
        assertThrows(IllegalArgumentException.class, () -> new CudaEngine().isAvailable());
    assertEquals(
        "'half' is no precision; expected one of float32, tf32, tf32x3, bf16, float64",
        precision.getMessage());
    System.clearProperty(CudaCompiler.PRECISION);
    System.setProperty(CudaDevices.PROPERTY, "first");
    Exception card =
        assertThrows(IllegalArgumentException.class, () -> new CudaEngine().isAvailable());
    assertEquals(
        "-Dorg.ntk4j.cuda.device=first: expected the number of a card, from 0 on",
        card.getMessage());
  }
}
