package org.ntk4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.dot.CompiledDot;
import org.ntk4j.cpu.library.Multiplier;
import org.ntk4j.cpu.library.MultiplierTrials;
import org.ntk4j.cpu.library.OwnKernels;
import org.ntk4j.cpu.library.ProductClass;
import org.ntk4j.cpu.panel.CompiledPanels;

class KnownMultipliersTest {
  private static final ProductClass LARGE =
      new ProductClass(DType.F32, ProductClass.Layout.ACROSS, ProductClass.Size.LARGE);

  private static final Map<ProductClass, Multiplier> CHOICES = Map.of(LARGE, Multiplier.OPEN_BLAS);

  @TempDir Path directory;

  private KnownMultipliers known() {
    return new KnownMultipliers(Optional.of(directory), DType.F32, "of the test");
  }

  private void keep(String text) throws IOException {
    Files.writeString(directory.resolve("products-f32.properties"), text);
  }

  @Test
  void what_was_measured_is_kept_and_not_measured_again() {
    assertEquals(CHOICES, known().of(() -> CHOICES, false).measured());
    assertEquals(CHOICES, known().of(() -> fail("measured again"), false).measured());
    assertEquals(CHOICES, known().of(() -> fail("measured again"), true).measured());
  }

  @Test
  void what_is_kept_is_read() throws IOException {
    keep("machine=3 of the test\nf32.across.large=OPEN_BLAS\n");
    assertEquals(CHOICES, known().of(() -> Map.of(), false).measured());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "machine=3 of another",
        "machine=3 of the test\nf32.across.large=NOBODY",
        "machine=3 of the test\nf32.across.large=DOT"
      })
  void choices_of_another_machine_and_damaged_ones_are_measured_anew(String kept)
      throws IOException {
    keep(kept);
    assertEquals(CHOICES, known().of(() -> CHOICES, false).measured());
  }

  @Test
  void what_cannot_be_kept_is_not_measured() {
    KnownMultipliers nowhere = new KnownMultipliers(Optional.empty(), DType.F32, "of the test");
    assertEquals(Map.of(), nowhere.of(() -> fail("measured for nothing"), false).measured());
    assertEquals(Map.of(), known().of(() -> fail("measured while busy"), true).measured());
  }

  @Test
  void trials_choose_among_those_that_can_do_it() {
    OwnKernels own = new OwnKernels(CompiledDot::of, CompiledPanels::of);
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      MultiplierTrials.measure(dtype, own)
          .forEach((which, best) -> {
            assertTrue(which.candidates().contains(best), which::key);
            assertEquals(dtype, which.dtype());
          });
    }
  }
}
