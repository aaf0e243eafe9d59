package org.ntk4j.ir.epilogue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ntk4j.ir.schedule.Step;

/// Which steps use a buffer.
final class BufferUses {
  private final Map<Integer, List<Integer>> users = new HashMap<>();
  private final Map<Integer, Integer> complete = new HashMap<>();

  BufferUses(List<Step> steps) {
    for (int s = 0; s < steps.size(); s++) {
      Set<Integer> used = new LinkedHashSet<>(steps.get(s).reads());
      for (int b : steps.get(s).writes()) {
        used.add(b);
        complete.put(b, s + 1);
      }
      for (int b : used) {
        users.computeIfAbsent(b, _ -> new ArrayList<>()).add(s);
      }
    }
  }

  /// The numbers of the steps that read or write `buffer`.
  List<Integer> of(int buffer) {
    return users.getOrDefault(buffer, List.of());
  }

  /// The number of the first step that finds `buffer` as it stays.
  int complete(int buffer) {
    return complete.getOrDefault(buffer, 0);
  }
}
