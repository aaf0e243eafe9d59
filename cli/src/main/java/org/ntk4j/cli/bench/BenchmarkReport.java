package org.ntk4j.cli.bench;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/// What was measured, as tables to read and as JSON.
///
/// @param machine what it ran on
/// @param notes what the reader must know
record BenchmarkReport(String machine, List<String> notes, List<Row> rows) {
  private static final List<String> COLUMNS =
      List.of("", "whole", "first", "warm", "peak", "difference", "operations");

  BenchmarkReport {
    notes = List.copyOf(notes);
    rows = List.copyOf(rows);
  }

  /// All of it, for machines.
  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("machine", machine);
    map.put("date", date());
    map.put("notes", notes);
    map.put("rows", rows.stream().map(Row::asMap).toList());
    return map;
  }

  private static String date() {
    return LocalDate.now(ZoneOffset.UTC).toString();
  }

  /// Tables for a terminal.
  String text() {
    StringBuilder text = new StringBuilder(machine + ", " + date() + "\n");
    notes.forEach(note -> text.append(note).append('\n'));
    for (Row row : rows) {
      text.append('\n').append(text(row));
    }
    return text.toString();
  }

  /// The table of one network.
  static String text(Row row) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(COLUMNS);
    row.measurements().forEach(m -> lines.add(cells(m)));
    StringBuilder text = new StringBuilder(title(row) + "\n");
    for (List<String> line : lines) {
      StringBuilder padded = new StringBuilder("  ");
      for (int i = 0; i < line.size(); i++) {
        int column = i;
        int width = lines.stream().mapToInt(l -> width(l, column)).max().orElse(0);
        String pad = " ".repeat(Math.max(0, width - line.get(i).length()));
        padded.append(i == 0 ? line.get(i) + pad : "  " + pad + line.get(i));
      }
      text.append(padded.toString().stripTrailing()).append('\n');
    }
    return text.append("  ").append(verdict(row)).append('\n').toString();
  }

  private static String title(Row row) {
    return "%s (%s); difference over the first %d of %d examples"
        .formatted(
            row.network().title(),
            row.network().name(),
            row.truthExamples(),
            row.network().examples());
  }

  /// The reason of a failure stands across the columns.
  private static int width(List<String> line, int column) {
    return column >= line.size() || line.size() == 2 && column == 1 ? 0 : line.get(column).length();
  }

  private static List<String> cells(Measurement m) {
    if (m.failure().isPresent()) {
      return List.of(m.contender(), m.failure().get());
    }
    return List.of(
        m.contender(),
        cell(m.wholeMedian(), Texts::time),
        cell(m.first(), Texts::time),
        cell(m.warmMedian(), Texts::time),
        cell(m.peakBytes(), Texts::bytes),
        cell(m.difference(), Texts::scientific),
        cell(m.operations(), Texts::count));
  }

  private static String cell(OptionalDouble number, DoubleFunction<String> format) {
    return number.isPresent() ? format.apply(number.getAsDouble()) : "-";
  }

  private static String verdict(Row row) {
    if (row.peers().isEmpty()) {
      return "no peers";
    }
    if (row.ours().failure().isPresent()) {
      return "ntk4j failed";
    }
    if (row.best().isEmpty()) {
      return "no peer finished";
    }
    return "ntk4j / %s: warm %s, peak %s; ntk4j / best of each: first %s, whole %s"
        .formatted(
            row.best().get().contender(),
            cell(row.ratio(Measurement::warmMedian), Texts::digits),
            cell(row.ratio(Measurement::peakBytes), Texts::digits),
            cell(row.ratioToSmallest(Measurement::first), Texts::digits),
            cell(row.ratioToSmallest(Measurement::wholeMedian), Texts::digits));
  }

  /// Tables in Markdown: what is compared, then everything.
  String markdown() {
    StringBuilder text = new StringBuilder("# Benchmark\n\n");
    text.append(machine).append(", ").append(date()).append(".\n");
    notes.forEach(note -> text.append("\n").append(note).append("\n"));
    text.append("\nMedian of the later calls, and ours divided by the fastest peer's:\n\n");
    text.append(comparison());
    for (Row row : rows) {
      text.append("\n## ").append(title(row)).append("\n\n");
      text.append(line(COLUMNS)).append(rule(COLUMNS.size()));
      for (Measurement m : row.measurements()) {
        List<String> cells = new ArrayList<>(cells(m));
        while (cells.size() < COLUMNS.size()) {
          cells.add("");
        }
        text.append(line(cells));
      }
      text.append('\n').append(verdict(row)).append('\n');
    }
    return text.toString();
  }

  /// A line for each network.
  String comparison() {
    List<String> contenders =
        rows.isEmpty()
            ? List.of()
            : rows.getFirst().measurements().stream().map(Measurement::contender).toList();
    List<String> header = new ArrayList<>(List.of("network"));
    header.addAll(contenders);
    header.addAll(List.of("warm ratio", "peak ratio", "first ratio", "whole ratio"));
    StringBuilder text = new StringBuilder(line(header)).append(rule(header.size()));
    for (Row row : rows) {
      List<String> cells = new ArrayList<>(List.of(row.network().title()));
      row.measurements()
          .forEach(m -> cells.add(m.failure().orElse(cell(m.warmMedian(), Texts::time))));
      cells.add(cell(row.ratio(Measurement::warmMedian), Texts::digits));
      cells.add(cell(row.ratio(Measurement::peakBytes), Texts::digits));
      cells.add(cell(row.ratioToSmallest(Measurement::first), Texts::digits));
      cells.add(cell(row.ratioToSmallest(Measurement::wholeMedian), Texts::digits));
      text.append(line(cells));
    }
    return text.toString();
  }

  private static String line(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String rule(int columns) {
    return "|" + "---|".repeat(columns) + "\n";
  }
}
