package org.ntk4j.cuda.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ntk4j.ir.schedule.Schedule;

/// Before which step each input has to be on the device, and after which step each output can leave
/// it.
///
/// Small ones travel first or last, all at once: waiting in between would cut a graph in two. A
/// large input comes as late as it may, and a large output leaves as early, while the device works.
final class Transfers {
  /// From here on a transfer takes longer than the beginning of another graph.
  private static final long LARGE_BYTES = 1 << 20;

  private final Map<Integer, List<Integer>> before = new HashMap<>();
  private final Map<Integer, List<Integer>> after = new HashMap<>();

  /// Those of `schedule`.
  Transfers(Schedule schedule) {
    Map<Integer, Integer> firstRead = new HashMap<>();
    Map<Integer, Integer> lastWritten = new HashMap<>();
    int steps = schedule.steps().size();
    for (int s = 0; s < steps; s++) {
      for (int buffer : schedule.steps().get(s).reads()) {
        firstRead.putIfAbsent(buffer, s);
      }
      for (int buffer : schedule.steps().get(s).writes()) {
        lastWritten.put(buffer, s);
      }
    }
    place(schedule, schedule.inputs(), firstRead, 0, before);
    place(schedule, schedule.outputs(), lastWritten, steps - 1, after);
  }

  /// @param least where small ones go
  private static void place(
      Schedule schedule,
      List<Integer> buffers,
      Map<Integer, Integer> uses,
      int least,
      Map<Integer, List<Integer>> to) {
    for (int i = 0; i < buffers.size(); i++) {
      int number = i;
      boolean large = schedule.buffers().get(buffers.get(i)).bytes() >= LARGE_BYTES;
      Optional.ofNullable(uses.get(buffers.get(i)))
          .ifPresent(
              s -> to.computeIfAbsent(large ? s : least, _ -> new ArrayList<>()).add(number));
    }
  }

  /// Inputs needed by step `s`.
  List<Integer> before(int s) {
    return before.getOrDefault(s, List.of());
  }

  /// Outputs complete after step `s`.
  List<Integer> after(int s) {
    return after.getOrDefault(s, List.of());
  }
}
