package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ntk4j.autodiff.structure.TermPlan;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Program;

/// How a kernel is computed, and why so.
///
/// @param chosen the implementation
/// @param auto whether it was chosen for its predicted time
/// @param plan how the terms of each parameter are computed
/// @param predictions what each implementation that was considered would cost, cheapest first
/// @param notes what was found out about the network
/// @param tiles how it is cut because at once it would take too much memory; absent if it is not
/// @param program the kernel's program, at once
public record Explanation(
    Implementation chosen,
    boolean auto,
    List<TermPlan> plan,
    List<Prediction> predictions,
    List<String> notes,
    Optional<TilePlan> tiles,
    Program program) {
  public Explanation {
    plan = List.copyOf(plan);
    predictions = List.copyOf(predictions);
    notes = List.copyOf(notes);
  }

  /// A table to read.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("implementation: ").append(chosen).append(auto ? " (cheapest predicted)\n" : "\n");
    notes.forEach(note -> text.append("note: ").append(note).append('\n'));
    if (!plan.isEmpty()) {
      text.append('\n').append(table());
    }
    text.append("\npredicted:\n");
    predictions.forEach(p -> text.append("  ").append(p).append('\n'));
    tiles.ifPresent(plan -> text.append("tiles: ").append(plan).append('\n'));
    return text.toString();
  }

  private String table() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "parameter",
            "shape",
            "uses",
            "structure",
            "order",
            "operations",
            "bytes",
            "fallbacks"));
    long operations = 0;
    long bytes = 0;
    for (TermPlan term : plan) {
      rows.add(row(term));
      operations += term.operations();
      bytes += term.bytes();
    }
    rows.add(
        List.of("total", "", "", "", "", Prediction.count(operations), TilePlan.text(bytes), ""));
    return rows.stream().map(row -> line(row, rows)).collect(Collectors.joining());
  }

  private static List<String> row(TermPlan term) {
    return List.of(
        term.parameter().isEmpty() ? "(params)" : term.parameter(),
        term.shape().map(Shape::toString).orElse(""),
        Integer.toString(term.uses()),
        term.structure(),
        term.order(),
        Prediction.count(term.operations()),
        TilePlan.text(term.bytes()),
        String.join(", ", term.fallbacks()));
  }

  private static String line(List<String> row, List<List<String>> rows) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      int column = i;
      int width = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
      String pad = " ".repeat(width - row.get(i).length());
      boolean number = i == 2 || i == 5 || i == 6;
      line.append(number ? pad + row.get(i) : row.get(i) + pad).append("  ");
    }
    return line.toString().stripTrailing() + "\n";
  }
}
