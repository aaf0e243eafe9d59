package org.ntk4j.cuda.run;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.driver.Event;
import org.ntk4j.cuda.driver.PinnedBlock;
import org.ntk4j.cuda.driver.Stream;

/// Copies between the caller's memory and the device, through two blocks of memory that the device
/// reads and writes by itself: while one travels, the host fills or empties the other.
final class Staging implements AutoCloseable {
  private static final long HALF_BYTES = 4 << 20;

  /// What a thread copies at a time.
  private static final long PIECE_BYTES = 512 << 10;

  /// Values start at a multiple of this, so that copies run at full speed.
  private static final long ALIGNMENT = 64;

  private final Stream stream;
  private final Half[] halves;
  private int current;

  /// A part of the caller's memory that waits for its bytes to arrive.
  private record Arrival(MemorySegment to, long offset) {}

  private static final class Half {
    private final PinnedBlock block;
    private final Event travelled;
    private final List<Arrival> arrivals = new ArrayList<>();
    private long used;

    Half(Device device, long bytes) {
      this.block = device.pin(bytes);
      this.travelled = device.newEvent();
    }

    long free() {
      return block.segment().byteSize() - used;
    }

    /// The next `bytes` of it.
    MemorySegment take(long bytes) {
      MemorySegment part = block.segment().asSlice(used, bytes);
      used =
          Math.min(block.segment().byteSize(), Math.ceilDiv(used + bytes, ALIGNMENT) * ALIGNMENT);
      return part;
    }

    /// Waits until what it holds has travelled; then it is empty.
    void settle() {
      if (used > 0) {
        travelled.synchronize();
        for (Arrival a : arrivals) {
          copy(a.to, block.segment().asSlice(a.offset, a.to.byteSize()));
        }
      }
      arrivals.clear();
      used = 0;
    }

    void close() {
      travelled.close();
      block.close();
    }
  }

  /// @param stream on which copies travel
  /// @param most bytes that are copied in a run, at most
  Staging(Device device, Stream stream, long most) {
    long bytes = Math.clamp(most, ALIGNMENT, HALF_BYTES);
    this.stream = stream;
    this.halves = new Half[] {new Half(device, bytes), new Half(device, bytes)};
  }

  /// Copies to the device. When this returns, `from` has been read.
  void upload(long to, MemorySegment from) {
    for (long done = 0; done < from.byteSize(); ) {
      Half half = half();
      long n = Math.min(from.byteSize() - done, half.free());
      MemorySegment part = half.take(n);
      copy(part, from.asSlice(done, n));
      stream.copyToDevice(to + done, part);
      done += n;
    }
  }

  /// Copies from the device. When [#finish] returns, `to` is written.
  void download(MemorySegment to, long from) {
    for (long done = 0; done < to.byteSize(); ) {
      Half half = half();
      long n = Math.min(to.byteSize() - done, half.free());
      half.arrivals.add(new Arrival(to.asSlice(done, n), half.used));
      stream.copyToHost(half.take(n), from + done);
      done += n;
    }
  }

  /// By several threads if it is much: one alone is slower than the way to the card.
  private static void copy(MemorySegment to, MemorySegment from) {
    long bytes = from.byteSize();
    if (bytes <= PIECE_BYTES) {
      to.copyFrom(from);
      return;
    }
    LongStream.range(0, Math.ceilDiv(bytes, PIECE_BYTES))
        .parallel()
        .forEach(piece -> {
          long at = piece * PIECE_BYTES;
          long n = Math.min(PIECE_BYTES, bytes - at);
          to.asSlice(at, n).copyFrom(from.asSlice(at, n));
        });
  }

  /// The half that has room.
  private Half half() {
    if (halves[current].free() == 0) {
      halves[current].travelled.record(stream);
      current = 1 - current;
      halves[current].settle();
    }
    return halves[current];
  }

  /// Waits until everything has travelled.
  void finish() {
    halves[current].travelled.record(stream);
    halves[1 - current].settle();
    halves[current].settle();
  }

  @Override
  public void close() {
    halves[0].close();
    halves[1].close();
  }
}
