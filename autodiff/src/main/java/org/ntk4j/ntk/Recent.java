package org.ntk4j.ntk;

import java.util.function.LongSupplier;

/// A number that changes and takes long to find out: the same for some time.
final class Recent {
  private final LongSupplier source;
  private final long nanos;
  private final LongSupplier clock;
  private volatile Reading last;

  private record Reading(long value, long at) {}

  /// @param source finds the number out
  /// @param nanos how long it is good for
  /// @param clock nanoseconds since some time
  Recent(LongSupplier source, long nanos, LongSupplier clock) {
    this.source = source;
    this.nanos = nanos;
    this.clock = clock;
    this.last = read();
  }

  private Reading read() {
    return new Reading(source.getAsLong(), clock.getAsLong());
  }

  long get() {
    Reading reading = last;
    if (clock.getAsLong() - reading.at > nanos) {
      reading = read();
      last = reading;
    }
    return reading.value;
  }
}
