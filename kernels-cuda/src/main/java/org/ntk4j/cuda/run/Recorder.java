package org.ntk4j.cuda.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.cuda.library.LibraryCall;
import org.ntk4j.cuda.text.KernelText;
import org.ntk4j.cuda.text.StepCode;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;

/// Walks a schedule whose buffers have addresses and writes down what is to be done.
final class Recorder {
  private final Code code;
  private final Arguments arguments;
  private final List<Operation> operations = new ArrayList<>();

  private Recorder(Code code, Arguments arguments) {
    this.code = code;
    this.arguments = arguments;
  }

  /// What the schedule of `places` does, as one tape.
  static Tape tape(Code code, Arguments arguments, Places places) {
    Recorder recorder = new Recorder(code, arguments);
    recorder.schedule(places);
    return new Tape(recorder.operations);
  }

  /// The same of a whole program: inputs arrive before they are first needed, and outputs are said
  /// to be complete.
  ///
  /// @param travels which inputs arrive; the others are there
  static Tape program(Code code, Arguments arguments, Places places, IntPredicate travels) {
    Recorder recorder = new Recorder(code, arguments);
    recorder.whole(places, travels);
    return new Tape(recorder.operations);
  }

  /// The same, each step as a tape of its own, and nothing travels.
  static List<Tape> steps(Code code, Arguments arguments, Places places) {
    return IntStream.range(0, places.schedule().steps().size())
        .mapToObj(s -> {
          Recorder recorder = new Recorder(code, arguments);
          recorder.step(places, s);
          return new Tape(recorder.operations);
        })
        .toList();
  }

  private void whole(Places places, IntPredicate travels) {
    Schedule schedule = places.schedule();
    Transfers transfers = new Transfers(schedule);
    for (int s = 0; s < schedule.steps().size(); s++) {
      List<Integer> needed = transfers.before(s).stream().filter(travels::test).toList();
      List<Operation.Transfer> arriving = transfers(places, schedule.inputs(), needed);
      if (!arriving.isEmpty()) {
        operations.add(new Operation.Upload(code.device().newEvent(), arriving));
      }
      step(places, s);
      List<Operation.Transfer> leaving = transfers(places, schedule.outputs(), transfers.after(s));
      if (!leaving.isEmpty()) {
        operations.add(new Operation.Ready(code.device().newEvent(), leaving));
      }
    }
  }

  private static List<Operation.Transfer> transfers(
      Places places, List<Integer> buffers, List<Integer> numbers) {
    return numbers.stream()
        .map(i -> new Operation.Transfer(i, places.address(buffers.get(i))))
        .toList();
  }

  private void schedule(Places places) {
    for (int s = 0; s < places.schedule().steps().size(); s++) {
      step(places, s);
    }
  }

  private void step(Places places, int s) {
    switch (places.schedule().steps().get(s)) {
      case Step.Fill fill -> fill(places, fill);
      case Step.Loops nest -> loops(places, nest, places.block(s));
      case Step.Rows rows -> rows.loops().forEach(nest -> loops(places, nest, places.block(s)));
      case Step.Product p ->
          multiply(p, List.of(p.left(), p.right(), p.result()), places, places.block(s));
      case Step.Fused p -> fused(p, places, places.block(s));
      case Step.Convolution c -> {
        List<Integer> slots = List.of(c.x().buffer(), c.w().buffer(), c.y().buffer());
        multiply(c, slots, places, places.block(s));
      }
      case Step.Evaluate e ->
          operations.add(
              new Operation.Evaluate(e, addresses(places, e.in()), addresses(places, e.out())));
      case Step.Scan scan -> new ScanRecorder(places, s, scan).record();
      case Step.While loop -> whileLoop(places, s, loop);
      case Step.Branch branch -> branch(places, s, branch);
    }
  }

  private static List<Long> addresses(Places places, List<Integer> buffers) {
    return buffers.stream().map(places::address).toList();
  }

  private void loops(Places places, Step.Loops nest, long block) {
    launch(code.steps().code(nest), nest.buffers()::get, places, block);
  }

  /// A product or convolution, by a library or by kernels.
  private void multiply(Step step, List<Integer> slots, Places places, long block) {
    Optional<LibraryCall> call = code.plans().call(step);
    if (call.isPresent()) {
      List<Long> at = addresses(places, slots);
      operations.add(
          new Operation.Call(
              call.get(),
              new LibraryCall.Slots(at.get(0), at.get(1), at.get(2)),
              DeviceLayout.aligned(block)));
    } else {
      launch(code.steps().code(step), slots::get, places, block);
    }
  }

  private void fused(Step.Fused step, Places places, long block) {
    List<Integer> slots = new ArrayList<>(List.of(step.left(), step.right()));
    slots.addAll(step.buffers());
    launch(code.steps().code(step), slots::get, places, block);
  }

  /// @param slots the buffer of each slot
  private void launch(StepCode step, IntUnaryOperator slots, Places places, long block) {
    long scratch = DeviceLayout.aligned(block);
    ToLongFunction<Integer> address =
        slot -> slot == StepCode.SCRATCH ? scratch : places.address(slots.applyAsInt(slot));
    for (KernelText kernel : step.kernels()) {
      long list = arguments.of(kernel.arguments().stream().mapToLong(address).toArray());
      operations.add(new Operation.Launch(code.function(kernel.name()), kernel.launch(), list));
    }
  }

  private void fill(Places places, Step.Fill fill) {
    Schedule.Buffer buffer = places.schedule().buffers().get(fill.buffer());
    if (buffer.elements() > 0) {
      operations.add(
          new Operation.Fill(
              places.address(fill.buffer()),
              fill.dtype().sizeBytes(),
              elementBits(fill.dtype(), fill.bits()),
              buffer.elements()));
    }
  }

  /// The bits of an element that is given as in a literal.
  private static long elementBits(DType dtype, long bits) {
    return switch (dtype) {
      case F32 ->
          Integer.toUnsignedLong(Float.floatToRawIntBits((float) Double.longBitsToDouble(bits)));
      case I32 -> Integer.toUnsignedLong((int) bits);
      case F64, I64 -> bits;
      case BOOL -> bits == 0 ? 0 : 1;
    };
  }

  private void copy(long to, long from, long bytes) {
    if (to != from && bytes > 0) {
      operations.add(new Operation.Copy(to, from, bytes));
    }
  }

  /// A loop while a condition holds: first the carry is copied to its result; then turns lead from
  /// there to a second place, and back.
  private void whileLoop(Places places, int s, Step.While loop) {
    int carries = loop.out().size();
    List<Long> here = addresses(places, loop.out());
    List<Long> there = IntStream.range(0, carries).mapToObj(i -> places.cell(s, i)).toList();
    Recorder back = new Recorder(code, arguments);
    for (int i = 0; i < carries; i++) {
      long bytes = places.bytes(loop.out().get(i));
      copy(here.get(i), places.address(loop.in().get(i)), bytes);
      back.copy(here.get(i), there.get(i), bytes);
    }
    long holds = places.cell(s, carries);
    operations.add(
        new Operation.WhileLoop(
            new Operation.Turn(
                inner(places, s, 0, here, List.of(holds)), inner(places, s, 1, here, there)),
            new Operation.Turn(
                inner(places, s, 0, there, List.of(holds)), inner(places, s, 1, there, here)),
            new Tape(back.operations),
            holds));
  }

  private void branch(Places places, int s, Step.Branch branch) {
    List<Integer> in = branch.in().subList(1, branch.in().size());
    List<Tape> tapes =
        IntStream.range(0, branch.branches().size())
            .mapToObj(
                i -> inner(places, s, i, addresses(places, in), addresses(places, branch.out())))
            .toList();
    operations.add(new Operation.Branch(places.address(branch.in().getFirst()), tapes));
  }

  /// A schedule inside step `s`, on these inputs and outputs.
  private Tape inner(Places places, int s, int index, List<Long> in, List<Long> out) {
    Places inside = places.inner(s, index);
    bind(inside, inside.schedule().inputs(), in);
    bind(inside, inside.schedule().outputs(), out);
    return tape(code, arguments, inside);
  }

  private static void bind(Places inside, List<Integer> buffers, List<Long> to) {
    for (int i = 0; i < buffers.size(); i++) {
      inside.bind(buffers.get(i), to.get(i));
    }
  }

  /// A loop of known length. The carry goes back and forth between its result and a second place,
  /// so that the last turn writes the result.
  private final class ScanRecorder {
    private final Places places;
    private final int s;
    private final Step.Scan scan;
    private final ScanPlan plan;
    private final Places inside;
    private final List<Operation.Row> in = new ArrayList<>();
    private final List<Operation.Row> out = new ArrayList<>();

    ScanRecorder(Places places, int s, Step.Scan scan) {
      this.places = places;
      this.s = s;
      this.scan = scan;
      this.plan = code.plans().scan(scan);
      this.inside = places.inner(s, 0);
      int xs = scan.consts() + scan.carries();
      rows(scan.in(), inside.schedule().inputs(), xs, plan.in(), in);
      rows(scan.out(), inside.schedule().outputs(), scan.carries(), plan.out(), out);
    }

    private void rows(
        List<Integer> stacked,
        List<Integer> rows,
        int first,
        List<Long> cells,
        List<Operation.Row> to) {
      long own = DeviceLayout.aligned(places.cell(s, scan.carries()));
      for (int i = first; i < stacked.size(); i++) {
        long cell = cells.get(i - first);
        to.add(
            new Operation.Row(
                cell == ScanPlan.IN_PLACE ? ScanPlan.IN_PLACE : own + cell,
                places.address(stacked.get(i)),
                inside.bytes(rows.get(i))));
      }
    }

    void record() {
      for (int i = 0; i < scan.consts(); i++) {
        inside.bind(inside.schedule().inputs().get(i), places.address(scan.in().get(i)));
      }
      if (scan.length() == 0) {
        start(true);
      } else if (plan.unrolled()) {
        unroll();
      } else {
        repeat();
      }
    }

    /// Copies the first carry to where an even turn leaves it, or an odd one.
    private void start(boolean even) {
      for (int i = 0; i < scan.carries(); i++) {
        copy(carry(i, even), places.address(scan.in().get(scan.consts() + i)), carryBytes(i));
      }
    }

    private void unroll() {
      for (int i = 0; i < scan.carries(); i++) {
        inside.bind(carryInput(i), places.address(scan.in().get(scan.consts() + i)));
      }
      for (long k = 0; k < scan.length(); k++) {
        boolean even = (scan.length() - 1 - k) % 2 == 0;
        long t = scan.reverse() ? scan.length() - 1 - k : k;
        bindRows(t);
        for (int i = 0; i < scan.carries(); i++) {
          inside.bind(inside.schedule().outputs().get(i), carry(i, even));
        }
        inCells(in).forEach(row -> copy(row.cell(), row.at(t), row.bytes()));
        schedule(inside);
        inCells(out).forEach(row -> copy(row.at(t), row.cell(), row.bytes()));
        for (int i = 0; i < scan.carries(); i++) {
          inside.bind(carryInput(i), carry(i, even));
        }
      }
    }

    private void repeat() {
      bindRows(0);
      boolean firstIsEven = (scan.length() - 1) % 2 == 0;
      start(!firstIsEven);
      operations.add(
          new Operation.Repeat(
              scan.length(), scan.reverse(), turn(true), turn(false), inCells(in), inCells(out)));
    }

    private Tape turn(boolean even) {
      for (int i = 0; i < scan.carries(); i++) {
        inside.bind(carryInput(i), carry(i, !even));
        inside.bind(inside.schedule().outputs().get(i), carry(i, even));
      }
      return tape(code, arguments, inside);
    }

    private static List<Operation.Row> inCells(List<Operation.Row> rows) {
      return rows.stream()
          .filter(row -> row.cell() != ScanPlan.IN_PLACE && row.bytes() > 0)
          .toList();
    }

    /// Each row is in its cell, or where it is in the stacked value.
    private void bindRows(long t) {
      int xs = scan.consts() + scan.carries();
      for (int i = 0; i < in.size(); i++) {
        inside.bind(inside.schedule().inputs().get(xs + i), place(in.get(i), t));
      }
      for (int i = 0; i < out.size(); i++) {
        inside.bind(inside.schedule().outputs().get(scan.carries() + i), place(out.get(i), t));
      }
    }

    private static long place(Operation.Row row, long t) {
      return row.cell() == ScanPlan.IN_PLACE ? row.at(t) : row.cell();
    }

    private int carryInput(int i) {
      return inside.schedule().inputs().get(scan.consts() + i);
    }

    private long carryBytes(int i) {
      return inside.bytes(carryInput(i));
    }

    /// Where an even turn leaves carry `i`: its result; an odd one: the second place.
    private long carry(int i, boolean even) {
      return even ? places.address(scan.out().get(i)) : places.cell(s, i);
    }
  }
}
