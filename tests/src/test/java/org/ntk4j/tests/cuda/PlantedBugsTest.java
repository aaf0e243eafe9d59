package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ntk4j.cuda.driver.CubinCompiler;
import org.ntk4j.cuda.driver.CubinModule;
import org.ntk4j.cuda.driver.CudaException;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.driver.DeviceBlock;
import org.ntk4j.cuda.driver.PinnedBlock;
import org.ntk4j.cuda.driver.Stream;

/// What the stand-in is for: each of these kernels, or calls, has one mistake, which it must find.
@Tag("standin")
class PlantedBugsTest {
  private static final int FLOATS = 1024;

  private StandIn standIn;
  private Device device;
  private DeviceBlock memory;

  @BeforeEach
  void allocate() {
    standIn = StandIn.require();
    device = Device.open(0);
    device.pool().trim();
    memory = device.pool().allocate(FLOATS * (long) Float.BYTES);
  }

  @AfterEach
  void forget() {
    standIn.set(StandIn.Setting.ORDER, 0);
    standIn.reset();
    device.pool().release(memory);
  }

  /// Runs a kernel of this body, with parameters `float* x` and `int n`.
  private void run(int blocks, int threads, int n, String body) {
    String source = "extern \"C\" __global__ void planted(float* x, int n) {\n" + body + "\n}\n";
    byte[] cubin = CubinCompiler.here().compile(source, device.capability());
    try (CubinModule module = CubinModule.load(device, cubin);
        Stream stream = device.newStream();
        Arena arena = Arena.ofConfined()) {
      MemorySegment values = arena.allocate(2 * Long.BYTES, Long.BYTES);
      values.set(ValueLayout.JAVA_LONG, 0, memory.address());
      values.set(ValueLayout.JAVA_INT, Long.BYTES, n);
      MemorySegment arguments = arena.allocate(2 * Long.BYTES, Long.BYTES);
      arguments.setAtIndex(ValueLayout.JAVA_LONG, 0, values.address());
      arguments.setAtIndex(ValueLayout.JAVA_LONG, 1, values.address() + Long.BYTES);
      stream.launch(
          module.function("planted"), blocks, 1, 1, threads, 1, 1, 0, arguments.address());
      try {
        stream.synchronize();
      } finally {
        // A failure lasts: closing would fail of it, too.
        String found = standIn.message();
        standIn.reset();
        lastMessage = found;
      }
    }
  }

  private String lastMessage = "";

  private void assertFinds(String expected, Runnable call) {
    CudaException e = assertThrows(CudaException.class, call::run);
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertTrue(lastMessage.contains(expected), lastMessage);
  }

  @Test
  void a_correct_kernel_passes() {
    run(
        4,
        64,
        FLOATS,
        """
        __shared__ float s[64];
        const int i = blockIdx.x * 64 + threadIdx.x;
        s[threadIdx.x] = i;
        __syncthreads();
        float y = s[63 - threadIdx.x];
        for (int lanes = 16; lanes > 0; lanes /= 2) {
          y += __shfl_xor_sync(0xffffffffu, y, lanes);
        }
        x[i] = y;
        """);
    assertEquals("", lastMessage);
  }

  @Test
  void a_write_past_the_end() {
    int end = (int) (memory.bytes() / Float.BYTES);
    assertFinds("past the end", () -> run(1, 1, end, "x[n] = 1;"));
  }

  @Test
  void a_write_past_the_end_of_what_was_asked_for() {
    standIn.limit(memory.address(), 10 * Float.BYTES);
    try {
      run(1, 1, 9, "x[n] = 1;");
      assertFinds("outside of its limits", () -> run(1, 1, 10, "x[n] = 1;"));
    } finally {
      standIn.unlimit(memory.address());
    }
  }

  @Test
  void a_write_before_the_beginning() {
    assertFinds("before allocation", () -> run(1, 1, -1, "x[n] = 1;"));
  }

  @Test
  void a_read_past_the_end() {
    int end = (int) (memory.bytes() / Float.BYTES);
    assertFinds("read of 4 bytes", () -> run(1, 1, end, "x[0] = x[n];"));
  }

  @Test
  void a_read_far_away() {
    assertFinds("read of 4 bytes", () -> run(1, 1, 1 << 30, "x[0] = x[n];"));
  }

  @Test
  void an_access_to_shared_memory_out_of_bounds() {
    assertFinds(
        "out of its bounds",
        () -> run(1, 32, 32, "__shared__ float s[32]; s[threadIdx.x + 1] = 1;"));
  }

  @Test
  void a_misaligned_vector() {
    assertFinds("misaligned", () -> run(1, 1, 1, "*(float4*)(x + n) = make_float4(1, 2, 3, 4);"));
  }

  private static final String REVERSED =
      """
      __shared__ float s[64];
      s[threadIdx.x] = x[threadIdx.x];
      %s
      x[threadIdx.x] = s[63 - threadIdx.x];
      """;

  @Test
  void a_missing_barrier() {
    for (int order = 0; order < 4; order++) {
      standIn.set(StandIn.Setting.ORDER, order);
      assertFinds("shared memory", () -> run(1, 64, 0, REVERSED.formatted("")));
    }
    run(1, 64, 0, REVERSED.formatted("__syncthreads();"));
  }

  @Test
  void a_missing_barrier_after_all_was_written_once() {
    String body =
        """
        __shared__ float s[64];
        s[threadIdx.x] = 0;
        __syncthreads();
        for (int k = 0; k < 2; k++) {
          s[threadIdx.x] = k;
          __syncthreads();
          x[threadIdx.x] = s[63 - threadIdx.x];
        }
        """;
    assertFinds("race in shared memory", () -> run(1, 64, 0, body));
  }

  @Test
  void a_missing_barrier_of_a_warp() {
    String body =
        """
        __shared__ float s[32];
        s[threadIdx.x] = 1;
        %s
        x[threadIdx.x] = s[31 - threadIdx.x];
        """;
    assertFinds("shared memory", () -> run(1, 32, 0, body.formatted("")));
    run(1, 32, 0, body.formatted("__syncwarp();"));
  }

  @Test
  void blocks_that_write_the_same_place() {
    assertFinds("race in device memory", () -> run(2, 1, 0, "x[0] = blockIdx.x;"));
    run(2, 1, 0, "atomicAdd(x, (float)blockIdx.x);");
  }

  @Test
  void a_block_that_reads_what_another_writes() {
    String body = "x[blockIdx.x] = x[1 - blockIdx.x];";
    assertFinds("race in device memory", () -> run(2, 1, 0, body));
  }

  @Test
  void a_barrier_that_some_threads_do_not_reach() {
    assertFinds(
        "32 wait at __syncthreads at line 2, 32 have ended",
        () -> run(1, 64, 0, "if (threadIdx.x < 32) { __syncthreads(); }"));
  }

  @Test
  void barriers_in_divergent_code() {
    String body = "if (threadIdx.x < 32) {\n__syncthreads();\n} else {\n__syncthreads();\n}";
    assertFinds("divergent", () -> run(1, 64, 0, body));
  }

  @Test
  void a_shuffle_that_some_lanes_do_not_reach() {
    String body =
        "if (threadIdx.x < 16) { x[0] = __shfl_sync(0xffffffffu, 1.0f, 0); }"
            + " else { __syncthreads(); }";
    assertFinds("not all threads reach", () -> run(1, 32, 0, body));
  }

  @Test
  void shared_memory_that_nobody_has_written() {
    String body =
        """
        __shared__ float s[64];
        if (threadIdx.x < 63) { s[threadIdx.x] = 1; }
        __syncthreads();
        x[threadIdx.x] = s[63 - threadIdx.x];
        """;
    assertFinds("no thread of the block has written", () -> run(1, 64, 0, body));
  }

  @Test
  void too_many_threads() {
    assertThrows(CudaException.class, () -> run(1, 2048, 0, "x[0] = 1;"));
  }

  @Test
  void memory_of_the_card_is_nan_at_first() {
    run(1, 1, 0, "if (x[1] == x[1]) { __trap(); } x[0] = 1;");
  }

  @Test
  void a_copy_beyond_an_allocation() {
    try (Stream stream = device.newStream();
        Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocate(memory.bytes() + 1);
      CudaException e =
          assertThrows(CudaException.class, () -> stream.copyToDevice(memory.address(), source));
      standIn.reset();
      assertTrue(e.getMessage().contains("copy to the device"), e.getMessage());
    }
  }

  @Test
  void results_that_are_read_before_they_are_there() {
    try (Stream stream = device.newStream();
        PinnedBlock staging = device.pin(Float.BYTES)) {
      stream.fill(memory.address(), Float.BYTES, Float.floatToIntBits(3), FLOATS);
      stream.copyToHost(staging.segment(), memory.address());
      assertTrue(Float.isNaN(staging.segment().get(ValueLayout.JAVA_FLOAT, 0)));
      stream.synchronize();
      assertEquals(3, staging.segment().get(ValueLayout.JAVA_FLOAT, 0));
    }
  }

  @Test
  void memory_that_is_not_released() {
    device.pool().trim();
    long before = standIn.count(StandIn.Count.BYTES);
    DeviceBlock lost = device.pool().allocate(5000);
    device.pool().trim();
    assertTrue(standIn.count(StandIn.Count.BYTES) >= before + 5000);
    device.pool().release(lost);
    device.pool().trim();
    assertEquals(before, standIn.count(StandIn.Count.BYTES));
  }

  /// The virtual machine finds null by the same signal.
  @Test
  void faults_that_are_not_the_kernels_stay_the_virtual_machines() {
    Object[] things = new Object[2];
    things[1] = "x";
    int found = 0;
    for (int k = 0; k < 100_000; k++) {
      try {
        found += things[k % 1000 == 0 ? 0 : 1].hashCode() == 0 ? 0 : 1;
      } catch (NullPointerException e) {
        found += 1000;
      }
    }
    assertEquals(100 * 1000 + 99_900, found);
  }
}
