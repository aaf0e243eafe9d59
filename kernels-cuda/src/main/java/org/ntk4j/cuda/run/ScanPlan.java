package org.ntk4j.cuda.run;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;

/// How a scan is run, and which rows of its stacked values have a cell in the step's own memory:
/// the body then works on the cell, and rows are copied.
///
/// A short scan is unrolled, and its body works on rows where they are, if those start where
/// kernels may expect a value to start. A long one repeats the operations of one turn, for which
/// all rows have to be at one place.
///
/// @param unrolled whether each turn has operations of its own
/// @param operations how many there are
/// @param in for each stacked operand where its cell is, or [#IN_PLACE]
/// @param out for each stacked result where its cell is, or [#IN_PLACE]
/// @param bytes memory of all cells
record ScanPlan(boolean unrolled, long operations, List<Long> in, List<Long> out, long bytes) {
  static final long IN_PLACE = -1;

  /// A longer list of operations takes more time to make than it saves.
  private static final long UNROLLED_MAX = 1 << 12;

  /// What every value starts at a multiple of, so that it can be read 16 bytes at a time.
  private static final long VALUE_ALIGNMENT = 16;

  ScanPlan {
    in = List.copyOf(in);
    out = List.copyOf(out);
  }

  /// @param bodyOperations number of operations of the body
  static ScanPlan of(Step.Scan scan, long bodyOperations) {
    Schedule body = scan.body();
    List<Integer> in = body.inputs().subList(scan.consts() + scan.carries(), body.inputs().size());
    List<Integer> out = body.outputs().subList(scan.carries(), body.outputs().size());
    long turn = bodyOperations + in.size() + out.size();
    boolean unrolled = scan.length() <= UNROLLED_MAX / Math.max(1, turn);
    Cells cells = new Cells(body, unrolled);
    List<Long> inCells = in.stream().map(cells::place).toList();
    List<Long> outCells = out.stream().map(cells::place).toList();
    long operations = scan.carries() + (unrolled ? scan.length() * turn : 1);
    return new ScanPlan(unrolled, operations, inCells, outCells, cells.bytes);
  }

  /// Cells side by side.
  private static final class Cells {
    private final List<Schedule.Buffer> buffers;
    private final boolean inPlace;
    private long bytes;

    Cells(Schedule body, boolean inPlace) {
      this.buffers = new ArrayList<>(body.buffers());
      this.inPlace = inPlace;
    }

    long place(int buffer) {
      long size = buffers.get(buffer).bytes();
      if (inPlace && size % VALUE_ALIGNMENT == 0) {
        return IN_PLACE;
      }
      long at = bytes;
      bytes += DeviceLayout.aligned(size);
      return at;
    }
  }
}
