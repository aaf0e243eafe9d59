package org.ntk4j.cpu.run;

import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;

/// One of several schedules, chosen by an index.
final class BranchCommand implements Command {
  private final Step.Branch branch;
  private final int child;

  /// @param child number of the inner frame of the first branch; the others follow
  BranchCommand(Step.Branch branch, int child) {
    this.branch = branch;
    this.child = child;
  }

  @Override
  public void run(Frame frame) {
    int index = Addresses.getInt(frame.address(branch.in().getFirst()));
    int chosen = Math.clamp(index, 0, branch.branches().size() - 1);
    Schedule schedule = branch.branches().get(chosen);
    Frame inner = frame.inner(child + chosen);
    for (int i = 0; i < schedule.inputs().size(); i++) {
      inner.bind(schedule.inputs().get(i), frame.address(branch.in().get(i + 1)));
    }
    for (int i = 0; i < schedule.outputs().size(); i++) {
      inner.bind(schedule.outputs().get(i), frame.address(branch.out().get(i)));
    }
    inner.run();
  }
}
