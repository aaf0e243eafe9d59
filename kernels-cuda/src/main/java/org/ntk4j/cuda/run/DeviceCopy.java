package org.ntk4j.cuda.run;

import java.util.BitSet;
import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.driver.DeviceBlock;
import org.ntk4j.cuda.driver.Event;
import org.ntk4j.cuda.driver.Stream;

/// A copy of tensors on the device, shared by calls: each travels when a call first reads it.
final class DeviceCopy implements AutoCloseable {
  private final Device device;
  private final DeviceBlock block;
  private final List<Tensor> tensors;
  private final List<Long> offsets;

  /// When all are there that were sent.
  private final Event complete;

  /// Guarded by this object.
  private final BitSet sent = new BitSet();

  /// @param block which it takes over
  DeviceCopy(Device device, DeviceBlock block, List<Tensor> tensors, List<Long> offsets) {
    this.device = device;
    this.block = block;
    this.tensors = List.copyOf(tensors);
    this.offsets = List.copyOf(offsets);
    try {
      this.complete = device.newEvent();
    } catch (RuntimeException e) {
      device.pool().release(block);
      throw e;
    }
  }

  /// Memory that it takes on the device.
  long bytes() {
    return block.bytes();
  }

  long address(int number) {
    return block.address() + offsets.get(number);
  }

  /// Sends those of these tensors that no call has sent; what follows on `reader` waits for all of
  /// them.
  ///
  /// @param staging through which they travel, on `copies`
  synchronized void await(List<Integer> numbers, Staging staging, Stream copies, Stream reader) {
    List<Integer> missing = numbers.stream().filter(n -> !sent.get(n)).toList();
    if (!missing.isEmpty()) {
      if (!sent.isEmpty()) {
        copies.await(complete); // Recorded anew it still means those sent before.
      }
      missing.forEach(n -> staging.upload(address(n), tensors.get(n).segment()));
      complete.record(copies);
      missing.forEach(sent::set);
    }
    if (!numbers.isEmpty()) {
      reader.await(complete);
    }
  }

  @Override
  public void close() {
    try {
      complete.close();
    } finally {
      device.pool().release(block);
    }
  }
}
