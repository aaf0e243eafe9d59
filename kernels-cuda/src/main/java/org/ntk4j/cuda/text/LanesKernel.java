package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.cuda.text.NestMapping.Lanes;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// A team of lanes for each output: part of a warp, or a block.
final class LanesKernel extends NestKernel {
  private final Lanes mapping;
  private final int teams;

  LanesKernel(NestPlan plan, Lanes mapping) {
    super(plan);
    this.mapping = mapping;
    this.teams = isBlock() ? 1 : NestPlanner.BLOCK / mapping.lanes();
  }

  private boolean isBlock() {
    return mapping.lanes() > NestPlanner.WARP;
  }

  @Override
  String how() {
    List<String> loops = plan.outputs().stream().map(d -> "i" + d).toList();
    String outputs = loops.isEmpty() ? "" : " for each " + String.join(", ", loops);
    String cut = mapping.cut().map(c -> ", i" + c.loop() + " in pieces").orElse("");
    return mapping.lanes() + " lanes" + outputs + " share i" + mapping.loop() + cut;
  }

  @Override
  Launch launch() {
    long blocks = (plan.count() + teams - 1) / teams;
    return new Launch(blocks, pieces(), 1, mapping.lanes(), teams, 0);
  }

  @Override
  void body() {
    String team = isBlock() ? "blockIdx.x" : thread("blockIdx.x", "threadIdx.y", teams);
    code.line("const " + width.unsigned() + " t = " + team + ";");
    String active = isBlock() ? "" : "t < " + unsigned(plan.count());
    share(mapping.loop(), "threadIdx.x", mapping.lanes());
    stores.start(plan.combining());
    code.block(
        active.isEmpty() ? "" : "if (" + active + ")",
        () -> {
          place("t", plan.outputs());
          loops(plan.summed(), stores::visit);
        });
    warps();
    if (isBlock()) {
      block();
    }
    String first = active.isEmpty() ? "threadIdx.x == 0" : active + " && threadIdx.x == 0";
    code.block("if (" + first + ")", () -> deposit("t"));
  }

  /// Combines the totals of the lanes that are in one warp.
  private void warps() {
    int lanes = Math.min(mapping.lanes(), NestPlanner.WARP);
    code.block(
        "for (int lanes = " + lanes / 2 + "; lanes > 0; lanes /= 2)",
        () -> {
          for (Store store : plan.combining()) {
            String total = stores.total(store);
            String other = code.fresh("other");
            String type = NestTypes.of(stores.dtype(store));
            code.line("const " + type + " " + other + " = ntk_exchange(" + total + ", lanes);");
            stores.add(store, other);
          }
        });
  }

  /// Combines the totals of the warps of a block.
  private void block() {
    int warps = mapping.lanes() / NestPlanner.WARP;
    List<Store> combining = plan.combining();
    List<String> arrays = new ArrayList<>();
    for (Store store : combining) {
      String array = code.fresh("shared");
      String type = NestTypes.of(stores.dtype(store));
      code.line("__shared__ " + type + " " + array + "[" + warps + "];");
      arrays.add(array);
    }
    code.block(
        "if (threadIdx.x % 32 == 0)",
        () -> {
          for (int k = 0; k < arrays.size(); k++) {
            String total = stores.total(combining.get(k));
            code.line(arrays.get(k) + "[threadIdx.x / 32] = " + total + ";");
          }
        });
    code.line("__syncthreads();");
    code.block(
        "for (int warp = 1; threadIdx.x == 0 && warp < " + warps + "; warp++)",
        () -> {
          for (int k = 0; k < arrays.size(); k++) {
            stores.add(combining.get(k), arrays.get(k) + "[warp]");
          }
        });
  }
}
