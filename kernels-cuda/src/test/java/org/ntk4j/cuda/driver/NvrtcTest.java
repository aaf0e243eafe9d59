package org.ntk4j.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ntk4j.core.io.FileCache;
import org.ntk4j.cuda.NvrtcForTests;

class NvrtcTest {
  private static final String SCALE =
      """
      extern "C" __global__ void scale(float* __restrict__ y, const float* __restrict__ x) {
        long i = (long) blockIdx.x * blockDim.x + threadIdx.x;
        y[i] = expf(2.0f * x[i]);
      }
      """;

  @TempDir private Path directory;

  private CubinCompiler compiler() {
    NvrtcForTests.require();
    FileCache cache = new FileCache(Optional.of(directory), ".cubin", 1 << 20);
    return new CubinCompiler(Nvrtc.open(), cache);
  }

  @Test
  void a_kernel_becomes_a_cubin_that_names_it() {
    byte[] cubin = compiler().compile(SCALE, "sm_90");
    assertArrayEquals(new byte[] {0x7f, 'E', 'L', 'F'}, Arrays.copyOf(cubin, 4));
    assertTrue(new String(cubin, StandardCharsets.ISO_8859_1).contains("scale"));
  }

  @Test
  void a_kernel_that_is_wrong_is_our_mistake() {
    CubinCompiler compiler = compiler();
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> compiler.compile(SCALE.replace("2.0f", "nothing"), "sm_90"));
    assertTrue(e.getMessage().startsWith("bug: NVRTC 13."), e.getMessage());
    assertTrue(e.getMessage().contains("\"nothing\" is undefined"), e.getMessage());
  }

  @Test
  void cards_of_long_ago_are_refused() {
    CubinCompiler compiler = compiler();
    CudaException e = assertThrows(CudaException.class, () -> compiler.compile(SCALE, "sm_30"));
    assertTrue(e.getMessage().contains("cannot compile for sm_30"), e.getMessage());
  }
}
