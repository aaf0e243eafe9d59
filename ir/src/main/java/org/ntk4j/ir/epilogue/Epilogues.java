package org.ntk4j.ir.epilogue;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.ntk4j.ir.schedule.MatrixProduct;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;

/// Products whose results only one loop nest reads, element by element, take over from it what it
/// does with an element, or the part of it that they can do: then results are not stored. So the
/// product of two Gram matrices, element by element, and its sum with those of other parameters are
/// done where the second Gram matrix is computed.
///
/// A schedule changed in this way needs no more memory. Nests that go through the same rows become
/// steps of their own.
public final class Epilogues {
  private final Predicate<MatrixProduct> chosen;
  private final IdentityHashMap<Schedule, Schedule> known = new IdentityHashMap<>();

  private Epilogues(Predicate<MatrixProduct> chosen) {
    this.chosen = chosen;
  }

  /// `s`, and the schedules inside its steps, with such steps.
  ///
  /// @param chosen the products for which the back end can do so
  public static Schedule of(Schedule s, Predicate<MatrixProduct> chosen) {
    return new Epilogues(chosen).of(s);
  }

  /// Schedules that are shared stay so.
  private Schedule of(Schedule s) {
    Schedule done = known.get(s);
    if (done == null) {
      List<Step> steps = s.steps().stream().flatMap(this::inside).toList();
      Schedule changed = new Schedule(s.buffers(), s.inputs(), s.outputs(), steps);
      done = new EpilogueSearch(changed, chosen).run();
      known.put(s, done);
    }
    return done;
  }

  private Stream<Step> inside(Step step) {
    return switch (step) {
      case Step.Rows rows -> rows.loops().stream().map(l -> (Step) l);
      case Step.Scan(
              var body,
              int consts,
              int carries,
              long length,
              boolean reverse,
              var in,
              var out) ->
          Stream.of(new Step.Scan(of(body), consts, carries, length, reverse, in, out));
      case Step.While(var condition, var body, var in, var out) ->
          Stream.of(new Step.While(of(condition), of(body), in, out));
      case Step.Branch(var branches, var in, var out) ->
          Stream.of(new Step.Branch(branches.stream().map(this::of).toList(), in, out));
      case Step.Fill _,
          Step.Loops _,
          Step.Product _,
          Step.Fused _,
          Step.Convolution _,
          Step.Evaluate _ ->
          Stream.of(step);
    };
  }
}
