package org.ntk4j.cuda.run;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.TensorScope;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.driver.DeviceBlock;
import org.ntk4j.cuda.driver.PinnedBlock;
import org.ntk4j.cuda.driver.Stream;

/// What one call of a program runs in: memory of the device, and the tape that works on it. Used
/// again and again, by one call at a time.
public final class Context implements AutoCloseable {
  private static final long WORD_BYTES = 64;

  private final Code code;
  private final Residence residence;
  private final DeviceLayout layout;
  private final DeviceBlock block;
  private final Deque<Runnable> releases = new ArrayDeque<>();
  private final Stream compute;
  private final Stream copies;
  private final Staging staging;
  private final PinnedBlock word;
  private final Places places;
  private final Arguments arguments;
  private final Tape tape;

  /// Ready to run `code` in `block`, which it takes over.
  private Context(Code code, Residence residence, DeviceLayout layout, DeviceBlock block) {
    this.code = code;
    this.residence = residence;
    this.layout = layout;
    this.block = block;
    Device device = code.device();
    releases.push(() -> device.pool().release(block));
    try {
      this.compute = device.newStream();
      releases.push(compute::close);
      this.copies = device.newStream();
      releases.push(copies::close);
      this.staging = new Staging(device, copies, Math.max(inputBytes(), outputBytes()));
      releases.push(staging::close);
      this.word = device.pin(WORD_BYTES);
      releases.push(word::close);
      this.arguments = new Arguments();
      releases.push(arguments::close);
      this.places = places(block.address());
      this.tape = Recorder.program(code, arguments, places, residence::travels);
      releases.push(tape::close);
      releases.push(this::settle);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /// Ready to run `code`; empty if the device has no memory left.
  ///
  /// @param residence where inputs are; the copies of those that are held have their places
  static Optional<Context> open(Code code, Residence residence) {
    DeviceLayout layout = DeviceLayout.of(code.schedule(), code.plan(), residence);
    return code.device()
        .pool()
        .tryAllocate(layout.bytes())
        .map(block -> new Context(code, residence, layout, block));
  }

  private long inputBytes() {
    return bytes(code.schedule().inputs());
  }

  private long outputBytes() {
    return bytes(code.schedule().outputs());
  }

  private long bytes(List<Integer> buffers) {
    return buffers.stream().mapToLong(b -> code.schedule().buffers().get(b).bytes()).sum();
  }

  private Places places(long base) {
    Places all = new Places(code.schedule(), code.plan(), base, code.constants());
    for (int i = 0; i < code.schedule().inputs().size(); i++) {
      long own = base + layout.inputs().get(i);
      long address = residence.inputs().get(i).map(Residence.Spot::address).orElse(own);
      all.bind(code.schedule().inputs().get(i), address);
    }
    for (int i = 0; i < code.schedule().outputs().size(); i++) {
      all.bind(code.schedule().outputs().get(i), base + layout.outputs().get(i));
    }
    return all;
  }

  Code code() {
    return code;
  }

  /// Where its inputs are.
  Residence residence() {
    return residence;
  }

  /// Whether it can run a call of `code` whose inputs are there.
  boolean suits(Code other, Residence there) {
    return code == other && residence.equals(there);
  }

  /// What is done on the device.
  Stream compute() {
    return compute;
  }

  /// What travels to and from it.
  Stream copies() {
    return copies;
  }

  Staging staging() {
    return staging;
  }

  /// A few bytes that the device writes and the host reads.
  PinnedBlock word() {
    return word;
  }

  Tape tape() {
    return tape;
  }

  /// Memory that it holds on the device.
  long bytes() {
    return block.bytes();
  }

  /// Runs the program.
  ///
  /// @param inputs the elements of the inputs
  /// @param outputs where the elements of the outputs go
  /// @param temporaries where the reference evaluator takes its memory from; empty: from the system
  public void run(
      List<MemorySegment> inputs, List<MemorySegment> outputs, Optional<TensorScope> temporaries) {
    try (TensorScope own = TensorScope.open()) {
      new Player(this, inputs, outputs, temporaries.orElse(own)).run();
    }
  }

  /// Seconds of a run on the device, its inputs being there: the least of `repetitions`.
  public double seconds(List<MemorySegment> inputs, List<MemorySegment> outputs, int repetitions) {
    return seconds(inputs, outputs, List.of(tape), repetitions)[0];
  }

  /// Seconds of each step of a run on the device: the least of `repetitions`.
  public double[] stepSeconds(
      List<MemorySegment> inputs, List<MemorySegment> outputs, int repetitions) {
    List<Tape> steps = Recorder.steps(code, arguments, places);
    try {
      return seconds(inputs, outputs, steps, repetitions);
    } finally {
      compute.synchronize();
      steps.forEach(Tape::close);
    }
  }

  private double[] seconds(
      List<MemorySegment> inputs, List<MemorySegment> outputs, List<Tape> tapes, int repetitions) {
    try (TensorScope temporaries = TensorScope.open()) {
      Player player = new Player(this, inputs, outputs, temporaries);
      player.run();
      return new Stopwatch(code.device(), compute).least(tapes, player::again, repetitions);
    }
  }

  /// Waits for what a call that failed has left under way.
  private void settle() {
    copies.synchronize();
    compute.synchronize();
  }

  /// Releases everything, also if something of it cannot be released: that is thrown at the end.
  @Override
  public void close() {
    List<RuntimeException> failures = new ArrayList<>();
    while (!releases.isEmpty()) {
      try {
        releases.pop().run();
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      RuntimeException first = failures.removeFirst();
      failures.forEach(first::addSuppressed);
      throw first;
    }
  }
}
