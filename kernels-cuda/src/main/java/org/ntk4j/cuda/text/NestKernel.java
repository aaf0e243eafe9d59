package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.ntk4j.cuda.text.NestMapping.Columns;
import org.ntk4j.cuda.text.NestMapping.Cut;
import org.ntk4j.cuda.text.NestMapping.Lanes;
import org.ntk4j.cuda.text.NestMapping.Threads;
import org.ntk4j.cuda.text.NestMapping.Tiles;
import org.ntk4j.ir.nest.Accesses;
import org.ntk4j.ir.nest.Dependence;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Slot;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Prints a plan as a kernel. Slots are `p0`, `p1`, …, loop variables `i0`, `i1`, …
abstract class NestKernel {
  final NestPlan plan;
  final LoopNest nest;
  final NestCode code = new NestCode();
  final NestWidth width;
  final Dependence dependence;
  final NestValues values;
  final NestStores stores;
  private final Map<Integer, Range> ranges = new HashMap<>();

  NestKernel(NestPlan plan) {
    this.plan = plan;
    this.nest = plan.nest();
    this.width = NestWidth.of(nest);
    this.dependence = new Dependence(nest);
    this.values = new NestValues(nest, code, dependence, width);
    this.stores = new NestStores(nest, plan.atomic(), code, values, dependence);
  }

  /// The values of a loop variable in one thread.
  record Range(String from, String to, String step) {}

  static KernelText print(NestPlan plan, String name, NestTuning tuning) {
    NestKernel kernel =
        switch (plan.mapping()) {
          case Threads mapping -> new ThreadsKernel(plan, mapping, tuning);
          case Lanes mapping -> new LanesKernel(plan, mapping);
          case Columns mapping -> new ColumnsKernel(plan, mapping);
          case Tiles mapping -> new TilesKernel(plan, mapping);
        };
    return kernel.print(name);
  }

  /// What the threads do, in a few words.
  abstract String how();

  abstract Launch launch();

  abstract void body();

  private KernelText print(String name) {
    StringBuilder text = new StringBuilder("// " + box() + ": " + how() + "\n");
    for (Store store : nest.stores()) {
      text.append("// ").append(NestDescription.of(store, nest)).append('\n');
    }
    Launch launch = launch();
    List<String> parameters = new ArrayList<>();
    List<Integer> arguments = new ArrayList<>();
    boolean scratch = !plan.partials().isEmpty() || !plan.scratch().isEmpty();
    for (int slot : slots()) {
      if (plan.scratch().containsKey(slot)) {
        code.line(pointer(slot) + " = (" + type(slot) + ")(scratch + " + at(slot) + ");");
      } else {
        parameters.add(pointer(slot));
        arguments.add(slot);
      }
    }
    if (scratch) {
      parameters.add("char* __restrict__ scratch");
      arguments.add(StepCode.SCRATCH);
    }
    body();
    text.append("extern \"C\" __global__ void __launch_bounds__(")
        .append(launch.blockX() * launch.blockY())
        .append(") ")
        .append(name)
        .append("(\n    ")
        .append(String.join(",\n    ", parameters))
        .append(") {\n")
        .append(code)
        .append("}\n");
    return new KernelText(name, text.toString(), launch, arguments);
  }

  private String box() {
    List<String> loops = new ArrayList<>();
    for (int d = 0; d < nest.rank(); d++) {
      loops.add("i" + d + " < " + nest.extents().get(d));
    }
    return loops.isEmpty() ? "Once" : String.join(", ", loops);
  }

  /// The slots that are accessed.
  private Set<Integer> slots() {
    Set<Integer> slots = new TreeSet<>();
    Accesses.of(nest).loads().forEach(l -> slots.add(l.slot()));
    for (Store store : nest.stores()) {
      if (store.combine() == Combine.SET || plan.partials().isEmpty()) {
        slots.add(store.slot());
      }
    }
    return slots;
  }

  private String pointer(int slot) {
    return type(slot) + " __restrict__ p" + slot;
  }

  private String type(int slot) {
    Slot buffer = nest.slots().get(slot);
    return (buffer.written() ? "" : "const ") + NestTypes.of(buffer.dtype()) + "*";
  }

  private long at(int slot) {
    return Objects.requireNonNull(plan.scratch().get(slot), "bug: no place");
  }

  long extent(int loop) {
    return nest.extents().get(loop);
  }

  /// `value`, a number that is not negative, as an unsigned constant.
  String unsigned(long value) {
    return value + width.unsignedSuffix();
  }

  /// The number of a thread among all, where a block has so many in a row.
  String thread(String block, String within, int threads) {
    return (width.isNarrow() ? "" : "(unsigned long long)")
        + block
        + " * "
        + threads
        + "u + "
        + within;
  }

  /// Defines the loop variables of the output that is number `number` of all.
  void place(String number, List<Integer> loops) {
    long inner = 1;
    List<String> lines = new ArrayList<>();
    for (int d : loops.reversed()) {
      String digit = inner == 1 ? number : number + " / " + unsigned(inner);
      if (d != loops.getFirst()) {
        digit += " % " + unsigned(extent(d));
      }
      lines.add("const " + width.type() + " i" + d + " = " + digit + ";");
      code.variable(d, "i" + d);
      inner *= extent(d);
    }
    lines.reversed().forEach(code::line);
  }

  void range(int loop, Range range) {
    ranges.put(loop, range);
  }

  /// Does `body` in loops over all that a thread has of them.
  void loops(List<Integer> loops, Runnable body) {
    if (loops.isEmpty()) {
      body.run();
      return;
    }
    values.hoist();
    int d = loops.getFirst();
    Range all = new Range("0", Long.toString(extent(d)), "1");
    Range range = ranges.getOrDefault(d, all);
    String i = "i" + d;
    String step = range.step.equals("1") ? "++" : " += " + range.step;
    String from = width.type() + " " + i + " = " + range.from;
    code.block(
        "for (" + from + "; " + i + " < " + range.to + "; " + i + step + ")",
        () -> {
          code.variable(d, i);
          loops(loops.subList(1, loops.size()), body);
        });
  }

  /// Cuts a loop among the threads of a block, `thread` of `threads`, and what is cut among blocks.
  void share(int loop, String thread, int threads) {
    range(loop, new Range(thread, Long.toString(extent(loop)), Integer.toString(threads)));
    plan.mapping().pieces().ifPresent(cut -> share(cut, loop, thread, threads));
  }

  private void share(Cut cut, int loop, String thread, int threads) {
    String type = width.type();
    code.line("const " + type + " from = (" + type + ")blockIdx.y * " + cut.length() + ";");
    String end = "from + " + cut.length();
    long extent = extent(cut.loop());
    boolean even = extent % cut.length() == 0;
    String to = even ? end : end + " < " + extent + " ? " + end + " : " + extent;
    code.line("const " + type + " to = " + to + ";");
    boolean same = cut.loop() == loop;
    String step = same ? Integer.toString(threads) : "1";
    range(cut.loop(), new Range(same ? "from + " + thread : "from", "to", step));
  }

  /// Combines the totals of output `number` with memory, or keeps them for another kernel.
  void deposit(String number) {
    if (plan.partials().isEmpty()) {
      place(number, plan.outputs());
      stores.finish(plan.combining());
      return;
    }
    List<Store> combining = plan.combining();
    String at = "(unsigned long long)blockIdx.y * " + unsigned(plan.count()) + " + " + number;
    for (int k = 0; k < combining.size(); k++) {
      String pointer = NestTypes.of(stores.dtype(combining.get(k))) + "*";
      String array = "((" + pointer + ")(scratch + " + plan.partials().get(k) + "))";
      code.line(array + "[" + at + "] = " + stores.total(combining.get(k)) + ";");
    }
  }

  /// Number of blocks in a grid's second dimension.
  int pieces() {
    return plan.mapping().pieces().map(Cut::pieces).orElse(1);
  }
}
