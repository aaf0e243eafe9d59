package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.cuda.text.NestMapping.Threads;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// A thread for each output, or for several neighbours.
final class ThreadsKernel extends NestKernel {
  private final Threads mapping;
  private final long blocksMax;
  private final long count;
  private final int threads;

  ThreadsKernel(NestPlan plan, Threads mapping, NestTuning tuning) {
    super(plan);
    this.mapping = mapping;
    this.blocksMax = tuning.blocks();
    this.count = plan.count() / mapping.neighbours();
    long warps = (count + NestPlanner.WARP - 1) / NestPlanner.WARP;
    this.threads = (int) Math.min(NestPlanner.BLOCK, warps * NestPlanner.WARP);
  }

  @Override
  String how() {
    List<String> loops = plan.outputs().stream().map(d -> "i" + d).toList();
    String each = "a thread for each " + String.join(", ", loops);
    String outputs = loops.isEmpty() ? "one thread" : each;
    String several = mapping.neighbours() == 1 ? "" : ", for " + mapping.neighbours() + " at once";
    return outputs + several + (plan.atomic() ? "; they may meet" : "");
  }

  @Override
  Launch launch() {
    return Launch.of(Math.min(blocks(), blocksMax), threads);
  }

  private long blocks() {
    return (count + threads - 1) / threads;
  }

  @Override
  void body() {
    String type = width.unsigned();
    String first = thread("blockIdx.x", "threadIdx.x", threads);
    if (blocks() > blocksMax) {
      String step = "(" + type + ")gridDim.x * " + threads + "u";
      code.block(
          "for (" + type + " t = " + first + "; t < " + unsigned(count) + "; t += " + step + ")",
          this::output);
      return;
    }
    code.line("const " + type + " t = " + first + ";");
    code.block("if (t < " + unsigned(count) + ")", this::output);
  }

  private void output() {
    if (mapping.neighbours() > 1) {
      neighbours();
      return;
    }
    place("t", plan.outputs());
    loops(
        plan.visited(),
        () -> {
          if (plan.summed().isEmpty()) {
            stores.visit();
            return;
          }
          List<Store> combining = plan.combining();
          stores.start(combining);
          loops(plan.summed(), stores::visit);
          stores.finish(combining);
        });
  }

  /// A load that is done at once for all neighbours, and the array it fills.
  private record Read(Load load, String array) {}

  /// What is contiguous along the fastest loop is read and written at once.
  private void neighbours() {
    int fastest = plan.outputs().getLast();
    first(fastest);
    List<Read> read = new ArrayList<>();
    for (Load load : NestTiles.everywhere(nest)) {
      if (dependence.isInside(load.slot(), load.at()) && load.at().coefficient(fastest) == 1) {
        String array = array("x", load.dtype());
        code.line("ntk_load(" + array + ", " + values.pointer(load.slot(), load.at()) + ");");
        read.add(new Read(load, array));
      }
    }
    List<String> written = new ArrayList<>();
    nest.stores().forEach(s -> written.add(array("y", stores.dtype(s))));
    code.unroll();
    code.block(
        "for (int e = 0; e < " + mapping.neighbours() + "; e++)",
        () -> {
          code.line("const " + width.type() + " i" + fastest + " = first + e;");
          code.variable(fastest, "i" + fastest);
          read.forEach(r -> code.know(r.load, r.array + "[e]"));
          for (int k = 0; k < written.size(); k++) {
            code.line(written.get(k) + "[e] = " + values.of(nest.stores().get(k).value()) + ";");
          }
        });
    for (int k = 0; k < written.size(); k++) {
      Store store = nest.stores().get(k);
      String to = values.pointer(store.slot(), store.at());
      code.line("ntk_store(" + to + ", " + written.get(k) + ");");
    }
  }

  /// Defines the loop variables, of the fastest loop only its value of the first neighbour.
  private void first(int fastest) {
    List<Integer> others = plan.outputs().subList(0, plan.outputs().size() - 1);
    String groups = unsigned(extent(fastest) / mapping.neighbours());
    if (!others.isEmpty()) {
      code.line("const " + width.unsigned() + " rest = t / " + groups + ";");
    }
    place("rest", others);
    values.hoist();
    String group = others.isEmpty() ? "t" : "t % " + groups;
    code.line("const " + width.type() + " first = " + group + " * " + mapping.neighbours() + ";");
    code.variable(fastest, "first");
  }

  /// Defines an array with a place for each neighbour.
  private String array(String prefix, DType dtype) {
    String array = code.fresh(prefix);
    code.line(NestTypes.of(dtype) + " " + array + "[" + mapping.neighbours() + "];");
    return array;
  }
}
