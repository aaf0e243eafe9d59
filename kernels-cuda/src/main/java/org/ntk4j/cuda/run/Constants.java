package org.ntk4j.cuda.run;

import java.lang.ref.Reference;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Optional;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.driver.DeviceBlock;
import org.ntk4j.cuda.driver.Stream;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Schedule.Buffer;

/// The tensors that a program holds, on the device: copied there once, shared by all its runs.
final class Constants implements AutoCloseable {
  private final Device device;
  private final IdentityHashMap<Tensor, Long> offsets = new IdentityHashMap<>();
  private final long bytes;
  private Optional<DeviceBlock> block = Optional.empty();

  /// Those of `schedule` and of the schedules inside it. Nothing is on the device yet.
  Constants(Schedule schedule, Device device) {
    this.device = device;
    this.bytes = place(schedule, 0);
  }

  private long place(Schedule schedule, long from) {
    long end = from;
    for (Buffer buffer : schedule.buffers()) {
      if (buffer instanceof Buffer.Fixed(Tensor value) && offsets.putIfAbsent(value, end) == null) {
        end += DeviceLayout.aligned(buffer.bytes());
      }
    }
    for (var step : schedule.steps()) {
      for (Schedule inside : StepPlans.inner(step)) {
        end = place(inside, end);
      }
    }
    return end;
  }

  /// Copies them.
  void upload() {
    if (bytes == 0) {
      return;
    }
    DeviceBlock allocated = device.pool().allocate(bytes);
    block = Optional.of(allocated);
    try (Stream stream = device.newStream()) {
      offsets.forEach(
          (value, offset) -> stream.copyToDevice(allocated.address() + offset, value.segment()));
      stream.synchronize();
    } finally {
      Reference.reachabilityFence(offsets);
    }
  }

  /// Memory on the device.
  long bytes() {
    return bytes;
  }

  long address(Tensor value) {
    long offset = Objects.requireNonNull(offsets.get(value), "bug: a constant without place");
    return block.map(DeviceBlock::address).orElse(0L) + offset;
  }

  @Override
  public void close() {
    block.ifPresent(device.pool()::release);
    block = Optional.empty();
  }
}
