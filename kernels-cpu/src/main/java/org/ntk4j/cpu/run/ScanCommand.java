package org.ntk4j.cpu.run;

import java.util.List;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;

/// A loop of known length. The body reads and writes rows of the stacked values where they are; the
/// carry goes back and forth between its result and a second place, so that the last step writes
/// the result.
final class ScanCommand implements Command {
  private final Step.Scan scan;
  private final Schedule body;
  private final int child;
  private final int step;
  private final MemoryPlan.Block block;

  /// @param child number of the inner frame
  ScanCommand(Step.Scan scan, int child, int step, MemoryPlan.Block block) {
    this.scan = scan;
    this.body = scan.body();
    this.child = child;
    this.step = step;
    this.block = block;
  }

  @Override
  public void run(Frame frame) {
    Frame inner = frame.inner(child);
    for (int i = 0; i < scan.consts(); i++) {
      inner.bind(body.inputs().get(i), frame.address(scan.in().get(i)));
    }
    for (int i = 0; i < scan.carries(); i++) {
      long start = frame.address(scan.in().get(scan.consts() + i));
      if (scan.length() == 0) {
        Addresses.copy(start, frame.address(scan.out().get(i)), bytes(carryInput(i)));
      }
      inner.bind(carryInput(i), start);
    }
    for (long k = 0; k < scan.length(); k++) {
      bindRows(frame, inner, scan.reverse() ? scan.length() - 1 - k : k);
      boolean toResult = (scan.length() - 1 - k) % 2 == 0;
      for (int i = 0; i < scan.carries(); i++) {
        inner.bind(body.outputs().get(i), place(frame, i, toResult));
      }
      inner.run();
      for (int i = 0; i < scan.carries(); i++) {
        inner.bind(carryInput(i), place(frame, i, toResult));
      }
    }
  }

  private int carryInput(int i) {
    return body.inputs().get(scan.consts() + i);
  }

  private long place(Frame frame, int carry, boolean result) {
    return result
        ? frame.address(scan.out().get(carry))
        : frame.block(step) + block.cells().get(carry);
  }

  private void bindRows(Frame frame, Frame inner, long t) {
    int xs = scan.consts() + scan.carries();
    bindRows(frame, inner, scan.in(), body.inputs(), xs, t);
    bindRows(frame, inner, scan.out(), body.outputs(), scan.carries(), t);
  }

  private void bindRows(
      Frame frame, Frame inner, List<Integer> stacked, List<Integer> rows, int first, long t) {
    for (int i = first; i < stacked.size(); i++) {
      int row = rows.get(i);
      inner.bind(row, frame.address(stacked.get(i)) + t * bytes(row));
    }
  }

  private long bytes(int buffer) {
    return body.buffers().get(buffer).bytes();
  }
}
