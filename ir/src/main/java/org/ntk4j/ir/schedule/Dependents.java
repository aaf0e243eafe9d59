package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// Which outputs of a schedule depend on each of its steps.
public final class Dependents {
  private Dependents() {}

  /// For each step the numbers of the outputs that depend on what it writes.
  public static List<SortedSet<Integer>> of(Schedule schedule) {
    Map<Integer, SortedSet<Integer>> buffers = new HashMap<>();
    for (int k = 0; k < schedule.outputs().size(); k++) {
      at(buffers, schedule.outputs().get(k)).add(k);
    }
    List<SortedSet<Integer>> steps = new ArrayList<>();
    for (Step step : schedule.steps().reversed()) {
      SortedSet<Integer> outputs = new TreeSet<>();
      step.writes().forEach(b -> outputs.addAll(at(buffers, b)));
      step.reads().forEach(b -> at(buffers, b).addAll(outputs));
      steps.add(outputs);
    }
    Collections.reverse(steps);
    return steps;
  }

  private static SortedSet<Integer> at(Map<Integer, SortedSet<Integer>> buffers, int buffer) {
    return buffers.computeIfAbsent(buffer, _ -> new TreeSet<>());
  }
}
