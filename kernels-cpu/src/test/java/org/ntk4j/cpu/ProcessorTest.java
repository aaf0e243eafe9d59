package org.ntk4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProcessorTest {
  @Test
  void linux_names_processors_and_what_they_can_do() {
    Processor x86 =
        Processor.of(
            """
            processor\t: 0
            model name\t: AMD EPYC 9R14
            flags\t\t: fpu sse4_2 avx avx2 fma lm
            processor\t: 1
            model name\t: another
            """);
    assertEquals(Optional.of("AMD EPYC 9R14"), x86.name());
    assertEquals(List.of("avx", "avx2", "fma", "sse4_2"), x86.instructions());
    Processor arm = Processor.of("processor : 0\nFeatures : fp asimd sve\n");
    assertEquals(Optional.empty(), arm.name());
    assertEquals(List.of("asimd", "sve"), arm.instructions());
  }

  @Test
  void a_library_that_is_loaded_has_a_version() {
    for (NativeLibrary library : NativeLibrary.all()) {
      assertTrue(
          library.version().stream().allMatch(v -> v.matches("\\d+\\.\\d+.*")), library::name);
    }
  }
}
