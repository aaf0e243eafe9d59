package org.ntk4j.cpu.library;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A primitive of oneDNN with the memory objects of its arguments, for any number of threads.
///
/// The primitive itself is shared: it is given its scratchpad, and has no other state. Memory
/// objects are not; each run takes a set of them from a pool.
final class OneDnnPrimitive implements AutoCloseable {
  private static final int SCRATCHPAD = 80;
  private static final int ARGUMENT_BYTES = 16;

  private final long primitive;
  private final String implementation;
  private final List<Integer> names;
  private final List<Long> descriptors;
  private final long scratchpadBytes;
  private final Queue<Execution> idle = new ConcurrentLinkedQueue<>();

  /// Takes over `primitiveDescriptor`, and destroys it.
  ///
  /// @param arguments numbers of the arguments, in the order in which addresses are given; at most
  ///   3
  OneDnnPrimitive(long primitiveDescriptor, List<Integer> arguments) {
    this.implementation = OneDnnObjects.implementation(primitiveDescriptor);
    this.names = new ArrayList<>(arguments);
    names.add(SCRATCHPAD);
    this.descriptors =
        names.stream().map(a -> OneDnnObjects.argument(primitiveDescriptor, a)).toList();
    this.scratchpadBytes = OneDnnObjects.bytes(descriptors.getLast());
    this.primitive = OneDnnObjects.primitive(primitiveDescriptor);
    OneDnnObjects.destroyPrimitiveDescriptor(primitiveDescriptor);
  }

  String implementation() {
    return implementation;
  }

  long scratchpadBytes() {
    return scratchpadBytes;
  }

  /// Descriptor of argument number `i` of the list; destroyed with this.
  long descriptor(int i) {
    return descriptors.get(i);
  }

  /// Runs it on two arguments.
  void run(long first, long second, long scratchpad) {
    Execution execution = take();
    execution.point(0, first);
    execution.point(1, second);
    execution.run(scratchpad);
    idle.add(execution);
  }

  /// Runs it on three arguments.
  void run(long first, long second, long third, long scratchpad) {
    Execution execution = take();
    execution.point(0, first);
    execution.point(1, second);
    execution.point(2, third);
    execution.run(scratchpad);
    idle.add(execution);
  }

  private Execution take() {
    Execution execution = idle.poll();
    return execution == null ? new Execution() : execution;
  }

  @Override
  public void close() {
    for (Execution execution = idle.poll(); execution != null; execution = idle.poll()) {
      execution.destroy();
    }
    OneDnnObjects.destroyPrimitive(primitive);
    descriptors.forEach(OneDnnObjects::destroyDescriptor);
  }

  /// What one thread needs to run the primitive.
  private final class Execution {
    private final long stream = OneDnnObjects.stream();
    private final long[] memory = descriptors.stream().mapToLong(OneDnnObjects::memory).toArray();
    private final MemorySegment arguments;

    Execution() {
      // 64 bytes: the collector may free them.
      arguments = Arena.ofAuto().allocate((long) ARGUMENT_BYTES * memory.length, ARGUMENT_BYTES);
      for (int i = 0; i < memory.length; i++) {
        long at = (long) ARGUMENT_BYTES * i;
        arguments.set(NativeFunctions.INT, at, names.get(i));
        arguments.set(NativeFunctions.LONG, at + Long.BYTES, memory[i]);
      }
    }

    void point(int argument, long address) {
      OneDnn.point(memory[argument], address);
    }

    void run(long scratchpad) {
      if (scratchpadBytes > 0) {
        OneDnn.point(memory[memory.length - 1], scratchpad);
      }
      OneDnn.execute(primitive, stream, memory.length, arguments.address());
    }

    void destroy() {
      for (long each : memory) {
        OneDnnObjects.destroyMemory(each);
      }
      OneDnnObjects.destroyStream(stream);
    }
  }
}
