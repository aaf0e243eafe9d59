package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ntk4j.cuda.CudaDevices;
import org.ntk4j.cuda.driver.CubinCompiler;
import org.ntk4j.cuda.driver.CubinModule;
import org.ntk4j.cuda.driver.CudaException;
import org.ntk4j.cuda.driver.Detection;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.driver.DeviceBlock;
import org.ntk4j.cuda.driver.DevicePool;
import org.ntk4j.cuda.driver.Event;
import org.ntk4j.cuda.driver.Function;
import org.ntk4j.cuda.driver.Graph;
import org.ntk4j.cuda.driver.PinnedBlock;
import org.ntk4j.cuda.driver.Stream;
import org.ntk4j.tests.cuda.StandIn.Count;

/// The wrappers of the driver's functions.
@Tag("standin")
class DriverTest {
  private static final int SIZE = 1000;

  private static final String TWICE =
      """
      extern "C" __global__ void twice(float* __restrict__ y, const float* __restrict__ x) {
        long i = (long) blockIdx.x * blockDim.x + threadIdx.x;
        if (i < 1000) y[i] = 2.0f * x[i];
      }
      """;

  private StandIn standIn;
  private Device device;
  private DevicePool pool;

  @BeforeEach
  void open() {
    standIn = StandIn.require();
    device = Device.open(0);
    pool = device.pool();
    pool.trim();
  }

  @AfterEach
  void nothing_is_in_use() {
    assertEquals(0, pool.usedBytes());
    assertEquals("", standIn.message());
  }

  private void withBlocks(int count, long bytes, Consumer<DeviceBlock[]> use) {
    DeviceBlock[] blocks = new DeviceBlock[count];
    Arrays.setAll(blocks, i -> pool.allocate(bytes));
    try {
      use.accept(blocks);
    } finally {
      Arrays.stream(blocks).forEach(pool::release);
    }
  }

  private static void fillFloats(MemorySegment memory, float value) {
    for (int i = 0; i < SIZE; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
  }

  /// `y = 2 x` in a stream.
  private void twice(Stream stream, Function f, Arena arena, DeviceBlock y, DeviceBlock x) {
    MemorySegment values = arena.allocate(ValueLayout.JAVA_LONG, 2);
    values.setAtIndex(ValueLayout.JAVA_LONG, 0, y.address());
    values.setAtIndex(ValueLayout.JAVA_LONG, 1, x.address());
    MemorySegment arguments = arena.allocate(ValueLayout.JAVA_LONG, 2);
    arguments.setAtIndex(ValueLayout.JAVA_LONG, 0, values.address());
    arguments.setAtIndex(ValueLayout.JAVA_LONG, 1, values.address() + Long.BYTES);
    stream.launch(f, 4, 1, 1, 256, 1, 1, 0, arguments.address());
  }

  private CubinModule module() {
    return CubinModule.load(device, CubinCompiler.here().compile(TWICE, device.capability()));
  }

  @Test
  void what_is_detected_is_what_is_opened() {
    Detection.Present present = (Detection.Present) Detection.here();
    assertEquals("13.1", present.version());
    assertEquals(present.devices().getFirst(), device.info());
    assertSame(device, Device.open(0));
    CudaDevices devices = CudaDevices.here();
    assertTrue(devices.isAvailable());
    assertEquals(device.capability(), devices.cards().getFirst().architecture());
    int count = present.devices().size();
    CudaException e = assertThrows(CudaException.class, () -> Device.open(count));
    assertTrue(e.getMessage().startsWith("There is no card cuda:" + count), e.getMessage());
  }

  @Test
  void kernels_run_between_copies() {
    withBlocks(
        2,
        SIZE * Float.BYTES,
        blocks -> {
          try (CubinModule module = module();
              Stream stream = device.newStream();
              PinnedBlock host = device.pin(SIZE * Float.BYTES);
              Arena arena = Arena.ofConfined()) {
            fillFloats(host.segment(), 1.5f);
            stream.copyToDevice(blocks[0].address(), host.segment());
            twice(stream, module.function("twice"), arena, blocks[1], blocks[0]);
            stream.copyToHost(host.segment(), blocks[1].address());
            stream.synchronize();
            assertEquals(3f, host.segment().getAtIndex(ValueLayout.JAVA_FLOAT, SIZE - 1));
          }
        });
  }

  @Test
  void graphs_replay_what_was_captured() {
    withBlocks(
        2,
        SIZE * Float.BYTES,
        blocks -> {
          try (CubinModule module = module();
              Stream stream = device.newStream();
              PinnedBlock host = device.pin(SIZE * Float.BYTES);
              Arena arena = Arena.ofConfined()) {
            Function f = module.function("twice");
            fillFloats(host.segment(), 1);
            stream.copyToDevice(blocks[0].address(), host.segment());
            Runnable turn =
                () -> {
                  twice(stream, f, arena, blocks[1], blocks[0]);
                  stream.copy(blocks[0].address(), blocks[1].address(), SIZE * Float.BYTES);
                };
            try (Graph graph = stream.capture(turn)) {
              for (int i = 0; i < 5; i++) {
                stream.launch(graph);
              }
              stream.copyToHost(host.segment(), blocks[0].address());
              stream.synchronize();
            }
            assertEquals(32f, host.segment().getAtIndex(ValueLayout.JAVA_FLOAT, SIZE - 1));
          }
        });
  }

  @Test
  void a_capture_that_fails_leaves_a_stream_that_works() {
    try (Stream stream = device.newStream()) {
      long graphs = standIn.count(Count.GRAPHS);
      IllegalStateException e =
          assertThrows(
              IllegalStateException.class,
              () ->
                  stream.capture(() -> {
                    throw new IllegalStateException("here");
                  }));
      assertEquals("here", e.getMessage());
      assertEquals(graphs, standIn.count(Count.GRAPHS));
      stream.synchronize();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,0x7f,1001",
    "2,0x1234,513",
    "4,0x7fc00000,77",
    "8,0,1",
    "8,0x3ff8000000000000,1",
    "8,0x3ff8000000000000,2",
    "8,0x3ff8000000000000,1000",
    "8,0xfff0000000000000,129",
    "4,1,0"
  })
  void memory_is_filled_with_elements(int elementBytes, String hex, int count) {
    long bits = hex.startsWith("0x") ? Long.parseUnsignedLong(hex.substring(2), 16) : 0;
    int guarded = (count + 1) * elementBytes;
    withBlocks(
        1,
        guarded,
        blocks -> {
          try (Stream stream = device.newStream();
              PinnedBlock host = device.pin(guarded)) {
            stream.fill(blocks[0].address(), 1, 0x55, guarded);
            stream.fill(blocks[0].address(), elementBytes, bits, count);
            stream.copyToHost(host.segment(), blocks[0].address());
            stream.synchronize();
            for (int i = 0; i < guarded; i++) {
              int shift = Byte.SIZE * (i % elementBytes);
              byte expected = i < count * elementBytes ? (byte) (bits >>> shift) : 0x55;
              assertEquals(expected, host.segment().get(ValueLayout.JAVA_BYTE, i), "byte " + i);
            }
          }
        });
  }

  @Test
  void streams_wait_for_events_and_times_are_measured() {
    withBlocks(
        2,
        SIZE * Float.BYTES,
        blocks -> {
          try (CubinModule module = module();
              Stream first = device.newStream();
              Stream second = device.newStream();
              Event start = device.newEvent();
              Event done = device.newEvent();
              PinnedBlock host = device.pin(SIZE * Float.BYTES);
              Arena arena = Arena.ofConfined()) {
            start.record(first);
            first.fill(blocks[0].address(), 4, Float.floatToRawIntBits(21), SIZE);
            twice(first, module.function("twice"), arena, blocks[1], blocks[0]);
            done.record(first);
            second.await(done);
            second.copyToHost(host.segment(), blocks[1].address());
            second.synchronize();
            assertEquals(42f, host.segment().getAtIndex(ValueLayout.JAVA_FLOAT, SIZE - 1));
            assertTrue(done.secondsSince(start) >= 0);
          }
        });
  }

  /// A later stream may lie in memory where the event's was.
  @Test
  void events_outlive_their_streams() {
    withBlocks(
        1,
        SIZE * Float.BYTES,
        blocks -> {
          for (int i = 0; i < 100; i++) {
            try (Event event = device.newEvent()) {
              try (Stream stream = device.newStream()) {
                stream.fill(blocks[0].address(), 4, Float.floatToRawIntBits(i), SIZE);
                event.record(stream);
              }
              try (Stream later = device.newStream()) {
                later.await(event);
                later.synchronize();
                event.synchronize();
              }
            }
          }
        });
  }

  @Test
  void released_blocks_are_taken_again() {
    DeviceBlock block = pool.allocate(5000);
    assertEquals(0, block.address() % 256);
    assertEquals(block.bytes(), pool.usedBytes());
    pool.release(block);
    assertEquals(block.bytes(), pool.idleBytes());
    DeviceBlock again = pool.allocate(4900);
    assertEquals(block, again);
    DeviceBlock other = pool.allocate(4900);
    assertNotEquals(block.address(), other.address());
    pool.release(again);
    pool.release(other);
    long before = standIn.count(Count.ALLOCATIONS);
    pool.trim();
    assertEquals(before - 2, standIn.count(Count.ALLOCATIONS));
    assertEquals(0, pool.idleBytes());
  }

  @Test
  void idle_memory_is_free_memory_and_makes_room() {
    long free = device.freeBytes();
    long most = free / 16;
    pool.release(pool.allocate(most));
    assertTrue(pool.idleBytes() >= most);
    assertTrue(Math.abs(free - device.freeBytes()) < 1 << 20);
    pool.release(pool.allocate(free - (4L << 20)));
    standIn.reset(); // It remembers that there was not enough at first.
  }

  @Test
  void too_much_memory_is_refused_with_the_numbers() {
    CudaException e = assertThrows(CudaException.class, () -> pool.allocate(1L << 50));
    String expected = " is out of memory: 1,125,899,906,842,624 bytes were asked for, and ";
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    standIn.reset();
  }

  @Test
  void errors_say_what_was_done_and_what_the_driver_called_it() {
    CudaException image =
        assertThrows(CudaException.class, () -> CubinModule.load(device, new byte[] {1, 2, 3, 4}));
    assertTrue(image.getMessage().contains("CUDA_ERROR_INVALID_IMAGE"), image.getMessage());
    assertTrue(image.getMessage().startsWith("CUDA: loading kernels on "), image.getMessage());
    try (CubinModule module = module();
        Stream stream = device.newStream()) {
      CudaException missing = assertThrows(CudaException.class, () -> module.function("missing"));
      assertTrue(missing.getMessage().contains("kernel missing"), missing.getMessage());
      assertTrue(missing.getMessage().contains("CUDA_ERROR_NOT_FOUND"), missing.getMessage());
      CudaException large =
          assertThrows(
              CudaException.class,
              () -> stream.launch(module.function("twice"), 1, 1, 1, 2048, 1, 1, 0, 0));
      assertTrue(large.getMessage().contains("kernel twice on 1 x 1 x 1 blocks of 2048"));
      CudaException shared =
          assertThrows(
              CudaException.class,
              () -> stream.launch(module.function("twice"), 1, 1, 1, 1, 1, 1, 300_000, 0));
      assertTrue(shared.getMessage().contains("300,000 bytes of shared memory"));
    }
    standIn.reset();
  }

  @Test
  void what_is_closed_is_released() {
    long before = held();
    try (CubinModule module = module();
        Stream stream = device.newStream();
        Event event = device.newEvent();
        PinnedBlock host = device.pin(10)) {
      assertEquals(before + 4, held());
      event.record(stream);
      assertTrue(module.function("twice").registers() > 0);
      assertEquals(10, host.segment().byteSize());
    }
    assertEquals(before, held());
  }

  private long held() {
    return standIn.count(Count.MODULES)
        + standIn.count(Count.STREAMS)
        + standIn.count(Count.EVENTS)
        + standIn.count(Count.PINNED_BLOCKS);
  }
}
