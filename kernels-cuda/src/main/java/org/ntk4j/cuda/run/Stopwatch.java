package org.ntk4j.cuda.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.driver.Event;
import org.ntk4j.cuda.driver.Stream;

/// Measures how long tapes take on a device, by its own clock.
final class Stopwatch {
  /// Runs before the first that is timed: one is played, one is captured.
  private static final int WARM_UP = 2;

  private final Device device;
  private final Stream stream;

  Stopwatch(Device device, Stream stream) {
    this.device = device;
    this.stream = stream;
  }

  /// For each tape the least of its times in `repetitions` rounds through all of them, in seconds.
  double[] least(List<Tape> tapes, Consumer<Tape> play, int repetitions) {
    double[] least = new double[tapes.size()];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    List<Event> events = new ArrayList<>();
    try {
      for (int i = 0; i <= tapes.size(); i++) {
        events.add(device.newEvent());
      }
      for (int round = 0; round < WARM_UP + repetitions; round++) {
        events.getFirst().record(stream);
        for (int i = 0; i < tapes.size(); i++) {
          play.accept(tapes.get(i));
          events.get(i + 1).record(stream);
        }
        stream.synchronize();
        for (int i = 0; i < tapes.size() && round >= WARM_UP; i++) {
          least[i] = Math.min(least[i], events.get(i + 1).secondsSince(events.get(i)));
        }
      }
      return least;
    } finally {
      events.forEach(Event::close);
    }
  }
}
