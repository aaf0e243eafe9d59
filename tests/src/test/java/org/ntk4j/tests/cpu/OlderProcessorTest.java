package org.ntk4j.tests.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Programs on a processor that lacks AVX-512, which loops are compiled for and libraries are told.
class OlderProcessorTest {
  private static final long SEED = Long.getLong("ntk.seed", 11);

  @Test
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64")
  void programs_run_with_avx2_alone() throws IOException, InterruptedException {
    List<String> lines =
        Child.run(
            SamplesMain.class,
            Map.of("ONEDNN_MAX_CPU_ISA", "AVX2", "OPENBLAS_CORETYPE", "Haswell"),
            List.of("-Dorg.ntk4j.cpu=x86-64-v3", "-Dorg.ntk4j.cache=off"),
            _ -> true,
            Long.toString(SEED));
    String output = "seed " + SEED + "\n" + String.join("\n", lines);
    assertTrue(output.contains("for x86-64-v3"), output);
    assertTrue(output.contains("kernels for Haswell"), output);
    assertTrue(output.contains("with AVX2"), output);
  }
}
