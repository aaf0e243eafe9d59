package org.ntk4j.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DetectionTest {
  @Test
  void there_are_cards_or_a_reason() {
    switch (Detection.here()) {
      case Detection.Absent(String reason) -> {
        assertFalse(reason.isBlank());
        assertEquals(1, reason.lines().count(), reason);
      }
      case Detection.Present present -> {
        assertFalse(present.devices().isEmpty());
        assertTrue(present.driverVersion() >= 13000, present::toString);
      }
    }
  }

  @Test
  void the_presets_are_found_on_linux() {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "CUDA is for Linux");
    assertEquals("", Presets.missing().orElse(""));
  }

  @Test
  void without_a_card_none_can_be_opened() {
    assumeTrue(Detection.here() instanceof Detection.Absent, "this machine has a card");
    CudaException e = assertThrows(CudaException.class, () -> Device.open(0));
    assertTrue(e.getMessage().startsWith("CUDA is not available here: "), e.getMessage());
  }

  @Test
  void versions_are_read_as_the_driver_writes_them() {
    assertEquals("13.0", Detector.version(13000));
    assertEquals("12.4", Detector.version(12040));
    assertEquals("13.11", Detector.version(13110));
  }

  @Test
  void an_empty_library_can_be_loaded_and_is_known_by_its_name() throws IOException {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "such files are for Linux");
    String name = "libntk4jEmptyForTests.so.7";
    assertTrue(CudaLibraries.open(List.of(name)).isEmpty());
    EmptyLibrary.load(name);
    assertTrue(CudaLibraries.open(List.of(name)).isPresent());
  }
}
