package org.ntk4j.ir.eval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.ntk4j.ir.schedule.Dependents;
import org.ntk4j.ir.schedule.Rates;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;
import org.ntk4j.ir.schedule.StepKind;
import org.ntk4j.ir.schedule.StepText;
import org.ntk4j.ir.schedule.StepTimes;

/// A step of a compiled program, and how long it took.
///
/// @param kind what limits it
/// @param step in a few words
/// @param outputs numbers of the outputs that depend on it
/// @param least seconds, if only the rate of its kind limited it; see [StepTimes#least]
/// @param predicted seconds, by the rates given
/// @param measured seconds
public record TimedStep(
    StepKind kind,
    String step,
    SortedSet<Integer> outputs,
    double least,
    double predicted,
    double measured) {
  public TimedStep {
    outputs = Collections.unmodifiableSortedSet(new TreeSet<>(outputs));
  }

  /// The steps of `schedule`, in order.
  ///
  /// @param rates by which times are predicted
  /// @param measured for each of them its seconds
  static List<TimedStep> of(Schedule schedule, Rates rates, double[] measured) {
    StepTimes times = new StepTimes(rates);
    List<SortedSet<Integer>> outputs = Dependents.of(schedule);
    List<TimedStep> timed = new ArrayList<>();
    for (int s = 0; s < measured.length; s++) {
      Step step = schedule.steps().get(s);
      timed.add(
          new TimedStep(
              StepKind.of(step),
              StepText.of(step),
              outputs.get(s),
              times.least(step, schedule),
              times.seconds(step, schedule),
              measured[s]));
    }
    return timed;
  }
}
