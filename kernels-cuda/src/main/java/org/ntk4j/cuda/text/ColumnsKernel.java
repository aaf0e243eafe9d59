package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.cuda.text.NestMapping.Columns;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Threads in rows: one for each output in each row.
final class ColumnsKernel extends NestKernel {
  private final Columns mapping;

  ColumnsKernel(NestPlan plan, Columns mapping) {
    super(plan);
    this.mapping = mapping;
  }

  @Override
  String how() {
    List<String> loops = plan.outputs().stream().map(d -> "i" + d).toList();
    String outputs = loops.isEmpty() ? "" : " for each " + String.join(", ", loops);
    String cut = mapping.cut().map(c -> ", in pieces").orElse("");
    return mapping.rows() + " threads" + outputs + " share i" + mapping.loop() + cut;
  }

  @Override
  Launch launch() {
    long blocks = (plan.count() + mapping.outputs() - 1) / mapping.outputs();
    return new Launch(blocks, pieces(), 1, mapping.outputs(), mapping.rows(), 0);
  }

  @Override
  void body() {
    String output = thread("blockIdx.x", "threadIdx.x", mapping.outputs());
    code.line("const " + width.unsigned() + " t = " + output + ";");
    String active = "t < " + unsigned(plan.count());
    share(mapping.loop(), "threadIdx.y", mapping.rows());
    List<Store> combining = plan.combining();
    stores.start(combining);
    code.block(
        "if (" + active + ")",
        () -> {
          place("t", plan.outputs());
          loops(plan.summed(), stores::visit);
        });
    List<String> arrays = new ArrayList<>();
    for (Store store : combining) {
      String array = code.fresh("shared");
      String type = NestTypes.of(stores.dtype(store));
      String size = "[" + mapping.rows() + "][" + mapping.outputs() + "]";
      code.line("__shared__ " + type + " " + array + size + ";");
      code.line(array + "[threadIdx.y][threadIdx.x] = " + stores.total(store) + ";");
      arrays.add(array);
    }
    code.line("__syncthreads();");
    code.block(
        "if (" + active + " && threadIdx.y == 0)",
        () -> {
          code.block(
              "for (int row = 1; row < " + mapping.rows() + "; row++)",
              () -> {
                for (int k = 0; k < arrays.size(); k++) {
                  stores.add(combining.get(k), arrays.get(k) + "[row][threadIdx.x]");
                }
              });
          deposit("t");
        });
  }
}
