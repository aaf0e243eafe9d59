package org.ntk4j.cuda.run;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.cuda.driver.Stream;
import org.ntk4j.cuda.run.Operation.Enqueued;
import org.ntk4j.cuda.run.Operation.Transfer;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.eval.PrimitiveEvaluator;

/// Plays the tape of a context for one call.
///
/// The host runs ahead of the device: it waits only where it needs a number of the device's to go
/// on, and for the outputs. Inputs and outputs travel on a stream of their own.
final class Player {
  private final Context context;
  private final Stream compute;
  private final List<MemorySegment> inputs;
  private final List<MemorySegment> outputs;
  private final TensorScope temporaries;
  private final List<Operation.Ready> leaving = new ArrayList<>();

  /// Whether inputs and outputs travel; else those on the device are worked on again.
  private boolean travels = true;

  /// @param temporaries where the reference evaluator takes its memory from
  Player(
      Context context,
      List<MemorySegment> inputs,
      List<MemorySegment> outputs,
      TensorScope temporaries) {
    this.context = context;
    this.compute = context.compute();
    this.inputs = inputs;
    this.outputs = outputs;
    this.temporaries = temporaries;
  }

  /// From the inputs to the outputs.
  void run() {
    awaitHeld();
    play(context.tape());
    for (Operation.Ready ready : leaving) {
      context.copies().await(ready.complete());
      for (Transfer t : ready.outputs()) {
        context.staging().download(outputs.get(t.number()), t.address());
      }
    }
    context.staging().finish();
    compute.synchronize();
  }

  /// Lets what follows wait for the inputs that are held, and sends those that no call has sent.
  private void awaitHeld() {
    for (HeldTensors held : context.residence().held()) {
      held.copy()
          .orElseThrow(() -> new IllegalStateException("bug: no copy of what a context reads"))
          .await(context.residence().numbers(held), context.staging(), context.copies(), compute);
    }
  }

  /// Plays `tape`, of this context, on the inputs that are on the device since the last [#run].
  void again(Tape tape) {
    travels = false;
    play(tape);
  }

  private void play(Tape tape) {
    for (Tape.Part part : tape.parts()) {
      switch (part) {
        case Tape.Segment segment -> play(segment);
        case Tape.Hosted(Operation operation) -> play(operation);
      }
    }
  }

  private void play(Tape.Segment segment) {
    if (segment.play()) {
      segment.captured(compute.capture(() -> segment.operations().forEach(this::enqueue)));
    }
    segment
        .graph()
        .ifPresentOrElse(compute::launch, () -> segment.operations().forEach(this::enqueue));
  }

  private void enqueue(Enqueued operation) {
    switch (operation) {
      case Operation.Launch(var kernel, var shape, long arguments) ->
          compute.launch(
              kernel,
              Math.toIntExact(shape.gridX()),
              shape.gridY(),
              shape.gridZ(),
              shape.blockX(),
              shape.blockY(),
              1,
              shape.sharedBytes(),
              arguments);
      case Operation.Call(var call, var slots, long scratch) ->
          call.enqueue(compute, slots, scratch);
      case Operation.Copy(long to, long from, long bytes) -> compute.copy(to, from, bytes);
      case Operation.Fill(long to, int elementBytes, long bits, long count) ->
          compute.fill(to, elementBytes, bits, count);
    }
  }

  private void play(Operation operation) {
    switch (operation) {
      case Enqueued enqueued -> enqueue(enqueued);
      case Operation.Upload upload -> upload(upload);
      case Operation.Ready ready -> ready(ready);
      case Operation.Evaluate evaluate -> evaluate(evaluate);
      case Operation.Repeat repeat -> repeat(repeat);
      case Operation.WhileLoop loop -> whileLoop(loop);
      case Operation.Branch(long index, List<Tape> branches) ->
          play(branches.get(Math.clamp(readInt(index), 0, branches.size() - 1)));
    }
  }

  private void ready(Operation.Ready ready) {
    if (travels) {
      ready.complete().record(compute);
      leaving.add(ready);
    }
  }

  private void upload(Operation.Upload upload) {
    if (!travels) {
      return;
    }
    for (Transfer t : upload.inputs()) {
      context.staging().upload(t.address(), inputs.get(t.number()));
    }
    upload.complete().record(context.copies());
    compute.await(upload.complete());
  }

  private void evaluate(Operation.Evaluate e) {
    List<Tensor> operands = allocate(e.step().operands());
    List<Tensor> results = allocate(e.step().results());
    for (int i = 0; i < operands.size(); i++) {
      compute.copyToHost(operands.get(i).segment(), e.in().get(i));
    }
    compute.synchronize();
    PrimitiveEvaluator.apply(e.step().op(), operands, results, temporaries);
    for (int i = 0; i < results.size(); i++) {
      compute.copyToDevice(e.out().get(i), results.get(i).segment());
    }
    compute.synchronize(); // Now their memory may be used for something else.
    operands.forEach(temporaries::release);
    results.forEach(temporaries::release);
  }

  private List<Tensor> allocate(List<Aval> avals) {
    return avals.stream().map(a -> temporaries.allocate(a.dtype(), a.shape())).toList();
  }

  private void repeat(Operation.Repeat repeat) {
    for (long k = 0; k < repeat.length(); k++) {
      long left = repeat.length() - 1 - k;
      long t = repeat.reverse() ? left : k;
      repeat.in().forEach(row -> compute.copy(row.cell(), row.at(t), row.bytes()));
      play(left % 2 == 0 ? repeat.even() : repeat.odd());
      repeat.out().forEach(row -> compute.copy(row.at(t), row.cell(), row.bytes()));
    }
  }

  private void whileLoop(Operation.WhileLoop loop) {
    boolean isHere = true;
    while (true) {
      Operation.Turn turn = isHere ? loop.here() : loop.there();
      play(turn.condition());
      if (!readBoolean(loop.holds())) {
        break;
      }
      play(turn.body());
      isHere = !isHere;
    }
    if (!isHere) {
      play(loop.back());
    }
  }

  private boolean readBoolean(long address) {
    return read(address, Byte.BYTES).get(ValueLayout.JAVA_BYTE, 0) != 0;
  }

  private int readInt(long address) {
    return read(address, Integer.BYTES).get(ValueLayout.JAVA_INT, 0);
  }

  private MemorySegment read(long address, long bytes) {
    MemorySegment word = context.word().segment().asSlice(0, bytes);
    compute.copyToHost(word, address);
    compute.synchronize();
    return word;
  }
}
