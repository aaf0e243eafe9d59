package org.ntk4j.cpu.run;

import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;

/// A loop while a condition holds. The carry goes back and forth between its result and a second
/// place.
final class WhileCommand implements Command {
  private final Step.While loop;
  private final Schedule body;
  private final int child;
  private final int step;
  private final MemoryPlan.Block block;

  /// @param child number of the inner frame of the condition; that of the body follows
  WhileCommand(Step.While loop, int child, int step, MemoryPlan.Block block) {
    this.loop = loop;
    this.body = loop.body();
    this.child = child;
    this.step = step;
    this.block = block;
  }

  @Override
  public void run(Frame frame) {
    Frame condition = frame.inner(child);
    Frame inner = frame.inner(child + 1);
    int carries = loop.out().size();
    long holds = frame.block(step) + block.cells().get(carries);
    condition.bind(loop.condition().outputs().getFirst(), holds);
    long[] carry = new long[carries];
    for (int i = 0; i < carries; i++) {
      carry[i] = frame.address(loop.in().get(i));
    }
    while (true) {
      condition.bindAll(loop.condition().inputs(), carry);
      condition.run();
      if (!Addresses.getBoolean(holds)) {
        break;
      }
      inner.bindAll(body.inputs(), carry);
      for (int i = 0; i < carries; i++) {
        long result = frame.address(loop.out().get(i));
        carry[i] = carry[i] == result ? frame.block(step) + block.cells().get(i) : result;
      }
      inner.bindAll(body.outputs(), carry);
      inner.run();
    }
    for (int i = 0; i < carries; i++) {
      long result = frame.address(loop.out().get(i));
      if (carry[i] != result) {
        Addresses.copy(carry[i], result, body.buffers().get(body.outputs().get(i)).bytes());
      }
    }
  }
}
