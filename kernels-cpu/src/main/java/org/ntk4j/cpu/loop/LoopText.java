package org.ntk4j.cpu.loop;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ntk4j.ir.nest.Collapse;
import org.ntk4j.ir.schedule.LoopNest;

/// Prints loop nests as LLVM IR.
public final class LoopText {
  /// Iterations of a piece, at least: less is not worth handing to another thread.
  private static final long PIECE = 4096;

  private LoopText() {}

  /// The code of `nest` as a function called `name`.
  public static LoopCode of(LoopNest nest, String name) {
    return of(nest, name, PIECE);
  }

  /// The same with pieces of about `piece` iterations.
  static LoopCode of(LoopNest nest, String name, long piece) {
    if (nest.iterations() == 0) {
      return new LoopCode(name, entry(name, List.of("  ret void\n")), 0, false, 0);
    }
    return print(nest, Planner.of(Collapse.of(nest), piece), name);
  }

  /// Whether there is a code of `nest` that goes through rows.
  public static boolean hasRows(LoopNest nest, int rowLoops) {
    return rowPlan(nest, rowLoops).isPresent();
  }

  /// The code of `nest` with its rows as pieces, each of which can be done by itself; to be asked
  /// for if it [has such a code][#hasRows].
  ///
  /// @param rowLoops the first loops, which count the rows
  public static LoopCode rows(LoopNest nest, int rowLoops, String name) {
    LoopPlan plan =
        rowPlan(nest, rowLoops)
            .orElseThrow(() -> new IllegalArgumentException("no rows in " + nest.extents()));
    return print(nest, plan, name);
  }

  private static Optional<LoopPlan> rowPlan(LoopNest nest, int rowLoops) {
    Collapse.Rows rows = Collapse.rows(nest, rowLoops);
    return Planner.rows(rows.nest(), rows.rowLoops());
  }

  private static LoopCode print(LoopNest nest, LoopPlan plan, String name) {
    Functions functions = new Functions();
    LoopHints hints = new LoopHints();
    String body = new NestText(plan, functions, hints).text();
    String text =
        function(nest, body)
            + "\n"
            + wrapper(nest, name)
            + functions.text()
            + "\n!0 = !{}\n"
            + hints.text();
    return new LoopCode(name, text, plan.pieces(), plan.pieces() > 1, nest.iterations());
  }

  private static String entry(String name, List<String> lines) {
    return "define void @"
        + name
        + "(ptr %args, i64 %begin, i64 %end) nounwind {\n"
        + String.join("", lines)
        + "}\n\n";
  }

  /// The loops are a function of their own, since only parameters can be said not to alias.
  private static String function(LoopNest nest, String body) {
    String parameters =
        IntStream.range(0, nest.slots().size())
            .mapToObj(s -> "ptr noalias nocapture %s" + s + ", ")
            .collect(Collectors.joining());
    return "define internal void @ntk4j.nest("
        + parameters
        + "i64 %begin, i64 %end) noinline nounwind {\n"
        + body
        + "}\n";
  }

  private static String wrapper(LoopNest nest, String name) {
    int slots = nest.slots().size();
    StringBuilder lines = new StringBuilder();
    for (int s = 0; s < slots; s++) {
      lines
          .append("  %a")
          .append(s)
          .append(" = getelementptr ptr, ptr %args, i64 ")
          .append(s)
          .append("\n  %p")
          .append(s)
          .append(" = load ptr, ptr %a")
          .append(s)
          .append('\n');
    }
    String arguments =
        IntStream.range(0, slots).mapToObj(s -> "ptr %p" + s + ", ").collect(Collectors.joining());
    lines.append("  call void @ntk4j.nest(").append(arguments).append("i64 %begin, i64 %end)\n");
    lines.append("  ret void\n");
    return entry(name, List.of(lines.toString()));
  }
}
