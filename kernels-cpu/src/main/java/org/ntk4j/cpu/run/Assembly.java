package org.ntk4j.cpu.run;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.cpu.run.Code.Inner;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;

/// The commands of one schedule, and the arguments of its kernels.
final class Assembly {
  private final Schedule schedule;
  private final MemoryPlan plan;
  private final List<Command> commands = new ArrayList<>();
  private final List<Inner> inner = new ArrayList<>();

  /// For each argument its buffer.
  private final List<Integer> arguments = new ArrayList<>();

  Assembly(Schedule schedule, MemoryPlan plan) {
    this.schedule = schedule;
    this.plan = plan;
  }

  /// Appends the command of the next step: each has one.
  void add(Command command) {
    commands.add(command);
  }

  void fill(Step.Fill fill) {
    long bytes = schedule.buffers().get(fill.buffer()).bytes();
    commands.add(bytes > 0 ? new FillCommand(fill, bytes) : Command.NONE);
  }

  /// Appends an array of arguments; returns where it starts.
  int arguments(List<Integer> buffers) {
    int first = arguments.size();
    arguments.addAll(buffers);
    return first;
  }

  int innerCount() {
    return inner.size();
  }

  void inner(int step, Code code) {
    inner.add(new Inner(step, code));
  }

  Code code() {
    return new Code(schedule, plan, commands, uses(), arguments.size(), inner);
  }

  private int[][] uses() {
    List<List<Integer>> uses = new ArrayList<>();
    schedule.buffers().forEach(_ -> uses.add(new ArrayList<>()));
    for (int a = 0; a < arguments.size(); a++) {
      uses.get(arguments.get(a)).add(a);
    }
    return uses.stream()
        .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
        .toArray(int[][]::new);
  }
}
