package org.ntk4j.ir.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.eval.Plan.Source;
import org.ntk4j.ir.eval.Plan.Step;
import org.ntk4j.ir.op.HigherOrder;

/// Runs plans: a result of a step is a tensor of its own, which is released after its last use, or
/// shares the memory of another.
final class Interpreter {
  private final Memory temporaries;

  /// @param temporaries for values that do not outlive a run
  Interpreter(Memory temporaries) {
    this.temporaries = temporaries;
  }

  Memory temporaries() {
    return temporaries;
  }

  /// The results of `plan`: new tensors, result `i` in `memories[i]`, none shared with another or
  /// with an argument.
  List<Tensor> run(Plan plan, List<Tensor> arguments, List<Memory> memories) {
    Frame frame = new Frame(plan, arguments, memories);
    for (Step step : plan.steps()) {
      frame.execute(step);
    }
    return frame.results();
  }

  /// The same with all results in one memory.
  List<Tensor> run(Plan plan, List<Tensor> arguments, Memory memory) {
    return run(plan, arguments, Collections.nCopies(plan.results().size(), memory));
  }

  /// The variables of one run.
  private final class Frame {
    private final Plan plan;
    private final List<Memory> memories;
    private final Operand[] values;
    private final Memory[] owners;

    Frame(Plan plan, List<Tensor> arguments, List<Memory> memories) {
      this.plan = plan;
      this.memories = memories;
      this.values = new Operand[plan.slots()];
      this.owners = new Memory[plan.slots()];
      for (int i = 0; i < arguments.size(); i++) {
        values[i] = new Operand.Stored(arguments.get(i));
      }
      Arrays.fill(owners, arguments.size(), owners.length, temporaries);
      for (int i = memories.size() - 1; i >= 0; i--) {
        if (plan.results().get(i) instanceof Source.Slot(int slot) && slot >= arguments.size()) {
          owners[slot] = memories.get(i);
        }
      }
    }

    void execute(Step step) {
      List<Operand> operands = new ArrayList<>(step.in().size());
      for (Source s : step.in()) {
        operands.add(value(s));
      }
      List<Tensor> results =
          step.op() instanceof HigherOrder h
              ? control(h, step, operands)
              : evaluate(step, operands);
      for (int i = 0; i < results.size(); i++) {
        values[step.out().get(i)] = new Operand.Stored(results.get(i));
      }
      for (int slot : step.dying()) {
        if (values[slot] instanceof Operand.Stored(var tensor)) {
          owners[slot].release(tensor);
        }
      }
    }

    private List<Tensor> evaluate(Step step, List<Operand> operands) {
      if (step.shares() && operands.getFirst() instanceof Operand.Stored(var tensor)) {
        return List.of(tensor.reshape(step.avals().getFirst().shape()));
      }
      List<Tensor> results = new ArrayList<>(step.out().size());
      for (int i = 0; i < step.out().size(); i++) {
        Aval aval = step.avals().get(i);
        results.add(owners[step.out().get(i)].allocate(aval.dtype(), aval.shape()));
      }
      PrimitiveEvaluator.apply(step.op(), new Invocation(operands, results, temporaries));
      return results;
    }

    private List<Tensor> control(HigherOrder op, Step step, List<Operand> operands) {
      Invocation c = new Invocation(operands, List.of(), temporaries);
      List<Memory> targets = step.out().stream().map(slot -> owners[slot]).toList();
      List<Tensor> results =
          new ControlFlow(Interpreter.this, step.inner(), targets).apply(op, c.tensors(0));
      c.finish();
      return results;
    }

    private Operand value(Source s) {
      return switch (s) {
        case Source.Slot(int slot) ->
            Objects.requireNonNull(values[slot], "bug: a value was released too early");
        case Source.Value(var operand) -> operand;
      };
    }

    /// The results; a result that is no step's, or was taken already, is copied.
    List<Tensor> results() {
      boolean[] taken = new boolean[plan.slots()];
      Arrays.fill(taken, 0, plan.inputs(), true);
      List<Tensor> results = new ArrayList<>(memories.size());
      for (int i = 0; i < memories.size(); i++) {
        Source source = plan.results().get(i);
        results.add(own(source, taken).orElseGet(copyTo(source, memories.get(i))));
      }
      return results;
    }

    private Optional<Tensor> own(Source source, boolean[] taken) {
      if (source instanceof Source.Slot(int slot)
          && !taken[slot]
          && value(source) instanceof Operand.Stored(var tensor)) {
        taken[slot] = true;
        return Optional.of(tensor);
      }
      return Optional.empty();
    }

    private Supplier<Tensor> copyTo(Source source, Memory memory) {
      return () -> copy(value(source), memory);
    }
  }

  /// A new tensor in `memory` with this value.
  static Tensor copy(Operand value, Memory memory) {
    Tensor copy = memory.allocate(value.aval().dtype(), value.aval().shape());
    switch (value) {
      case Operand.Stored(var tensor) -> Copies.copy(tensor, copy);
      case Operand.Filled(var literal) -> Blocks.fill(copy, literal.bits());
    }
    return copy;
  }
}
