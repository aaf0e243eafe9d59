package org.ntk4j.tests.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.driver.CubinCompiler;
import org.ntk4j.cuda.driver.CubinModule;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.driver.DeviceBlock;
import org.ntk4j.cuda.driver.Stream;
import org.ntk4j.cuda.text.KernelText;
import org.ntk4j.cuda.text.Prelude;
import org.ntk4j.cuda.text.StepCode;

/// Kernels of many steps, compiled as one program and run, each step on buffers of its own.
final class TextRun implements AutoCloseable {
  private final Device device = Device.open(0);
  private final Stream stream = device.newStream();
  private final CubinModule module;

  TextRun(List<StepCode> steps) {
    StringBuilder source = new StringBuilder(Prelude.text());
    for (StepCode step : steps) {
      step.kernels().forEach(kernel -> source.append('\n').append(kernel.text()));
    }
    byte[] cubin = CubinCompiler.here().compile(source.toString(), device.capability());
    this.module = CubinModule.load(device, cubin);
  }

  /// Runs `step` on copies of the buffers of its slots, and copies them back.
  ///
  /// @param shift bytes by which the buffers miss an alignment of 256 bytes
  void run(StepCode step, List<Tensor> buffers, long shift) {
    List<DeviceBlock> blocks = new ArrayList<>();
    for (Tensor buffer : buffers) {
      DeviceBlock block = device.pool().allocate(shift + Math.max(1, bytes(buffer)));
      blocks.add(block);
      stream.copyToDevice(block.address() + shift, buffer.segment());
      limit(block.address() + shift, buffer);
    }
    DeviceBlock scratch = device.pool().allocate(Math.max(1, step.scratchBytes()));
    OnCard.limit(scratch.address(), step.scratchBytes());
    for (KernelText kernel : step.kernels()) {
      long[] addresses =
          kernel.arguments().stream()
              .mapToLong(slot ->
                  slot == StepCode.SCRATCH ? scratch.address() : blocks.get(slot).address() + shift)
              .toArray();
      launch(kernel, addresses);
    }
    for (int b = 0; b < blocks.size(); b++) {
      stream.copyToHost(buffers.get(b).segment(), blocks.get(b).address() + shift);
    }
    stream.synchronize();
    for (DeviceBlock block : blocks) {
      OnCard.unlimit(block.address());
      device.pool().release(block);
    }
    OnCard.unlimit(scratch.address());
    device.pool().release(scratch);
  }

  /// Nothing may touch what lies around a buffer, but for atomic truth values: they are bytes of
  /// words, whose other bytes stay as they are.
  private static void limit(long address, Tensor buffer) {
    long unit = buffer.dtype() == DType.BOOL ? Integer.BYTES : 1;
    long from = address / unit * unit;
    long to = Math.ceilDiv(address + bytes(buffer), unit) * unit;
    OnCard.limit(from, to - from);
  }

  private static long bytes(Tensor buffer) {
    DType dtype = buffer.dtype();
    return buffer.size() * dtype.sizeBytes();
  }

  private void launch(KernelText kernel, long[] addresses) {
    try (Arena arena = Arena.ofConfined()) {
      int n = addresses.length;
      MemorySegment values = arena.allocateFrom(ValueLayout.JAVA_LONG, addresses);
      MemorySegment pointers = arena.allocate(ValueLayout.JAVA_LONG, n);
      for (int i = 0; i < n; i++) {
        pointers.setAtIndex(ValueLayout.JAVA_LONG, i, values.address() + (long) i * Long.BYTES);
      }
      stream.launch(
          module.function(kernel.name()),
          Math.toIntExact(kernel.launch().gridX()),
          kernel.launch().gridY(),
          kernel.launch().gridZ(),
          kernel.launch().blockX(),
          kernel.launch().blockY(),
          1,
          kernel.launch().sharedBytes(),
          pointers.address());
      stream.synchronize();
    }
  }

  @Override
  public void close() {
    stream.close();
    module.close();
  }
}
