package org.ntk4j.cpu.run;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.eval.PrimitiveEvaluator;
import org.ntk4j.ir.schedule.Step;

/// A primitive left to the reference evaluator.
final class EvaluateCommand implements Command {
  private final Step.Evaluate step;

  EvaluateCommand(Step.Evaluate step) {
    this.step = step;
  }

  @Override
  public void run(Frame frame) {
    PrimitiveEvaluator.apply(
        step.op(),
        tensors(frame, step.in(), step.operands()),
        tensors(frame, step.out(), step.results()),
        frame.context().temporaries());
  }

  private static List<Tensor> tensors(Frame frame, List<Integer> buffers, List<Aval> avals) {
    List<Tensor> tensors = new ArrayList<>(buffers.size());
    for (int i = 0; i < buffers.size(); i++) {
      tensors.add(Addresses.tensor(frame.address(buffers.get(i)), avals.get(i)));
    }
    return tensors;
  }
}
