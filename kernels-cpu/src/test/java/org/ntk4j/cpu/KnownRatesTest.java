package org.ntk4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ntk4j.ir.schedule.Rates;

class KnownRatesTest {
  private static final Rates RATES = new Rates(1e11, 2e10, 3, 4e10, 5e9, 6e9, 7e-6);

  private static final String KEPT =
      """
      machine=4 of the test
      product=1e11
      productF64=2e10
      thin=3
      convolution=4e10
      operations=5e9
      bytes=6e9
      step=7e-6
      """;

  @TempDir Path directory;

  private Rates rates(String kept) throws IOException {
    Files.writeString(directory.resolve("rates.properties"), kept);
    return new KnownRates(Optional.of(directory), "of the test")
        .of(CpuCompiler.find().orElseThrow());
  }

  @Test
  void rates_that_were_kept_are_read() throws IOException {
    assertEquals(RATES, rates(KEPT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"machine=4 of another", "step=a", "bytes=-1"})
  void rates_of_another_machine_and_damaged_ones_are_measured_anew(String line) throws IOException {
    assertNotEquals(RATES, rates(KEPT + line + "\n"));
  }

  @Test
  void without_a_directory_rates_are_measured() {
    KnownRates nowhere = new KnownRates(Optional.empty(), "of the test");
    assertNotEquals(RATES, nowhere.of(CpuCompiler.find().orElseThrow()));
  }
}
