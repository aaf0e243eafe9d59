package org.ntk4j.cuda.run;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.driver.Device;

/// Tensors that somebody holds unchanged: one block of the device is for all of them. Guarded by
/// the pool of contexts.
final class HeldTensors {
  private final IdentityHashMap<Tensor, Integer> numbers = new IdentityHashMap<>();
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<Long> offsets = new ArrayList<>();
  private final long bytes;
  private Optional<DeviceCopy> copy = Optional.empty();

  /// Contexts that read the copy.
  private int users;

  HeldTensors(List<Tensor> held) {
    long end = 0;
    for (Tensor t : held) {
      if (numbers.putIfAbsent(t, tensors.size()) == null) {
        tensors.add(t);
        offsets.add(end);
        end += DeviceLayout.aligned(t.segment().byteSize());
      }
    }
    this.bytes = end;
  }

  /// The number of `tensor` among them; empty if it is another one.
  OptionalInt number(Tensor tensor) {
    Integer number = numbers.get(tensor);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /// The copy, if there is one.
  Optional<DeviceCopy> copy() {
    return copy;
  }

  /// Makes sure that there is a copy, still without elements; false if the device has no memory for
  /// it.
  boolean place(Device device) {
    if (copy.isEmpty()) {
      copy =
          device
              .pool()
              .tryAllocate(bytes)
              .map(block -> new DeviceCopy(device, block, tensors, offsets));
    }
    return copy.isPresent();
  }

  /// How many contexts read the copy.
  int users() {
    return users;
  }

  void use() {
    users++;
  }

  void leave() {
    users--;
  }

  /// Gives the copy's memory back; nobody reads it.
  void forget() {
    Optional<DeviceCopy> forgotten = copy;
    copy = Optional.empty();
    forgotten.ifPresent(DeviceCopy::close);
  }
}
