package org.ntk4j.cpu.run;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Schedule.Buffer;

/// A schedule ready to run. Immutable; what changes from call to call is in a [Context].
public final class Code {
  private final Schedule schedule;
  private final MemoryPlan plan;
  private final Command[] commands;
  private final int[][] uses;
  private final int ownArguments;
  private final List<Inner> inner;

  /// A schedule inside step `step`.
  record Inner(int step, Code code) {}

  /// @param commands in order
  /// @param uses for each buffer its places among the arguments
  /// @param ownArguments number of arguments, without those of inner schedules
  Code(
      Schedule schedule,
      MemoryPlan plan,
      List<Command> commands,
      int[][] uses,
      int ownArguments,
      List<Inner> inner) {
    this.schedule = schedule;
    this.plan = plan;
    this.commands = commands.toArray(Command[]::new);
    this.uses = uses;
    this.ownArguments = ownArguments;
    this.inner = List.copyOf(inner);
  }

  /// What it runs; each step is one command.
  public Schedule schedule() {
    return schedule;
  }

  /// Where its temporary buffers are.
  public MemoryPlan plan() {
    return plan;
  }

  Command[] commands() {
    return commands;
  }

  int[] uses(int buffer) {
    return uses[buffer];
  }

  int ownArguments() {
    return ownArguments;
  }

  List<Inner> inner() {
    return inner;
  }

  /// The constants that it reads, those of inner schedules too. They have to live as long as it
  /// runs.
  public List<Tensor> constants() {
    List<Tensor> all = new ArrayList<>();
    for (Buffer buffer : schedule.buffers()) {
      if (buffer instanceof Buffer.Fixed(Tensor value)) {
        all.add(value);
      }
    }
    inner.forEach(i -> all.addAll(i.code().constants()));
    return all;
  }

  /// Number of arguments, those of inner schedules too.
  int arguments() {
    return ownArguments + inner.stream().mapToInt(i -> i.code().arguments()).sum();
  }
}
