package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.ntk4j.ir.schedule.Schedule.Buffer;

/// Joins loop nests that go through the same rows, and follow each other, into steps of rows: what
/// they pass on need not leave the cache, nor exist for all rows.
final class RowGroups {
  /// Fewer rows leave threads without work.
  private static final long LEAST_ROWS = 16;

  /// What nests share in a row, at most: with more it does not stay in the cache.
  private static final long MOST_BYTES = 1 << 18;

  private final List<Buffer> buffers;
  private final List<Step> steps;

  /// For each buffer the number of steps that use it.
  private final Map<Integer, Integer> users = new HashMap<>();

  private final Set<Integer> filled = new HashSet<>();
  private final List<Step> result = new ArrayList<>();

  private RowGroups(List<Step> steps, List<Buffer> buffers) {
    this.steps = steps;
    this.buffers = buffers;
    for (Step step : steps) {
      used(step).forEach(b -> users.merge(b, 1, Integer::sum));
      if (step instanceof Step.Fill(int buffer, _, _)) {
        filled.add(buffer);
      }
    }
  }

  /// `steps` with such nests joined.
  static List<Step> of(List<Step> steps, List<Buffer> buffers) {
    RowGroups groups = new RowGroups(steps, buffers);
    int next = 0;
    while (next < steps.size()) {
      next = groups.step(next);
    }
    return groups.result;
  }

  private static Set<Integer> used(Step step) {
    Set<Integer> used = new LinkedHashSet<>(step.reads());
    used.addAll(step.writes());
    return used;
  }

  /// Appends step `first`, or a group that starts with it; returns the number of the next.
  private int step(int first) {
    if (!(steps.get(first) instanceof Step.Loops loops)) {
      result.add(steps.get(first));
      return first + 1;
    }
    Group group = new Group(List.of(RowAccesses.of(loops)), 1);
    Group tried = group;
    int end = first + 1;
    for (int i = first + 1; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (step instanceof Step.Loops more) {
        RowAccesses nest = RowAccesses.of(more);
        Optional<Group> larger = tried.with(nest);
        if (larger.isEmpty()) {
          break;
        }
        tried = larger.get();
        if (group.sharesWith(nest)) { // So do those in between, or they do no harm.
          group = tried;
          end = i + 1;
        }
      } else if (!(step instanceof Step.Fill) || tried.uses(step.writes().getFirst())) {
        break;
      }
    }
    steps.subList(first, end).stream().filter(Step.Fill.class::isInstance).forEach(result::add);
    result.add(group.step());
    return end;
  }

  /// Nests that go through the same rows.
  private final class Group {
    private final List<RowAccesses> nests;
    private final long rows;

    Group(List<RowAccesses> nests, long rows) {
      this.nests = nests;
      this.rows = rows;
    }

    Step step() {
      return nests.size() == 1 ? nests.getFirst().loops() : joined();
    }

    private Step.Rows joined() {
      return new Step.Rows(nests.stream().map(RowAccesses::loops).toList(), rows, local());
    }

    boolean uses(int buffer) {
      return nests.stream().anyMatch(n -> n.uses(buffer));
    }

    /// This with one more nest, and the most rows that all have; empty if they have too few.
    Optional<Group> with(RowAccesses nest) {
      List<RowAccesses> all = new ArrayList<>(nests);
      all.add(nest);
      Set<Long> counts = new LinkedHashSet<>(nest.rowCounts());
      nests.forEach(n -> counts.retainAll(n.rowCounts()));
      return counts.stream()
          .filter(r -> r >= LEAST_ROWS)
          .sorted(Comparator.reverseOrder())
          .map(r -> new Group(all, r))
          .filter(Group::isApart)
          .findFirst()
          .filter(g -> g.joined().sharedBytes() <= MOST_BYTES);
    }

    /// Whether nests of this use some of what `nest` uses.
    boolean sharesWith(RowAccesses nest) {
      return nest.buffers().stream()
          .anyMatch(b -> uses(b) && buffers.get(b).elements() >= LEAST_ROWS);
    }

    /// Whether no row needs, or writes, elements of another.
    private boolean isApart() {
      for (RowAccesses writer : nests) {
        for (int b : writer.written()) {
          boolean passedOn = nests.stream().anyMatch(n -> n != writer && n.uses(b));
          if (passedOn || writer.isCombined(b)) {
            if (!nests.stream().allMatch(n -> n.staysInRow(b, rows))) {
              return false;
            }
          }
        }
      }
      return true;
    }

    private List<Integer> local() {
      Map<Integer, Integer> here = new HashMap<>();
      nests.forEach(n -> n.buffers().forEach(b -> here.merge(b, 1, Integer::sum)));
      return nests.stream()
          .flatMap(n -> n.written().stream())
          .filter(b -> buffers.get(b) instanceof Buffer.Temporary && !filled.contains(b))
          .filter(b -> here.getOrDefault(b, 0) > 1)
          .filter(b -> Objects.equals(here.get(b), users.get(b)))
          .toList();
    }
  }
}
