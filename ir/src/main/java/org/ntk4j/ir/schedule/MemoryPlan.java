package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.ntk4j.ir.schedule.Schedule.Buffer;

/// Where the temporary buffers of a schedule are in one block of memory, its arena.
///
/// Buffers that are in use during one step do not overlap; others share memory. Everything starts
/// at a multiple of [#ALIGNMENT].
///
/// @param arenaBytes size of the arena, known before anything runs
/// @param offsets for each buffer where it starts in the arena; [#ABSENT] for one that is not
///   temporary or that no step uses
/// @param blocks for each step the memory that it needs for itself
public record MemoryPlan(long arenaBytes, List<Long> offsets, List<Block> blocks) {
  /// What every offset is a multiple of, in bytes.
  public static final long ALIGNMENT = 64;

  /// The offset of what is not in the arena.
  public static final long ABSENT = -1;

  /// Copies the lists.
  public MemoryPlan {
    offsets = List.copyOf(offsets);
    blocks = List.copyOf(blocks);
  }

  /// Memory of one step, in use only while it runs.
  ///
  /// @param offset in the arena
  /// @param inner plans of the step's own schedules, in order; each has its arena at the beginning
  ///   of the block, since no two of them run at once
  /// @param cells offsets in the block of further values of the step: of a scan or a while loop,
  ///   one for each carry, a second place for it; of a while loop, then one for the condition; of a
  ///   scan, then what the back end needs for itself
  public record Block(long offset, long bytes, List<MemoryPlan> inner, List<Long> cells) {
    /// Copies the lists.
    public Block {
      inner = List.copyOf(inner);
      cells = List.copyOf(cells);
    }
  }

  /// Plans the memory of `schedule`.
  ///
  /// @param needs what the back end needs for steps
  public static MemoryPlan of(Schedule schedule, Needs needs) {
    return new Planner(schedule, needs).plan();
  }

  /// What a back end needs for a step.
  @FunctionalInterface
  public interface Needs {
    /// Bytes that a step needs for itself; not asked of fills, while loops and branches.
    long scratchBytes(Step step);

    /// Whether the local buffers of `step` are rows in that memory; else they are placed as others.
    default boolean holdsLocal(Step.Rows step) {
      return false;
    }
  }

  /// The arena, the inputs and the outputs of `schedule`, of which this is the plan.
  public long totalBytes(Schedule schedule) {
    return arenaBytes
        + schedule.buffers().stream()
            .filter(Buffer.Bound.class::isInstance)
            .mapToLong(Buffer::bytes)
            .sum();
  }

  private static long aligned(long bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }

  /// Something to be placed: in use from step `first` to step `last`.
  private static final class Item {
    private final int first;
    private int last;
    private final long bytes;
    private long offset = ABSENT;

    Item(int first, long bytes) {
      this.first = first;
      this.last = first;
      this.bytes = aligned(bytes);
    }

    boolean meets(Item other) {
      return first <= other.last && other.first <= last;
    }

    long end() {
      return offset + bytes;
    }
  }

  private static final class Planner {
    private final Schedule schedule;
    private final Needs needs;
    private final Map<Integer, Item> temporaries = new HashMap<>();
    private final List<Item> items = new ArrayList<>();

    Planner(Schedule schedule, Needs needs) {
      this.schedule = schedule;
      this.needs = needs;
    }

    MemoryPlan plan() {
      List<Step> steps = schedule.steps();
      List<Block> unplaced = new ArrayList<>(steps.size());
      List<Item> own = new ArrayList<>(steps.size());
      for (int s = 0; s < steps.size(); s++) {
        use(steps.get(s), s);
        unplaced.add(block(steps.get(s)));
        own.add(new Item(s, unplaced.getLast().bytes()));
        items.add(own.getLast());
      }
      long arena = place();
      List<Block> blocks = new ArrayList<>(steps.size());
      for (int s = 0; s < steps.size(); s++) {
        Block b = unplaced.get(s);
        blocks.add(new Block(own.get(s).offset, b.bytes(), b.inner(), b.cells()));
      }
      List<Long> offsets =
          IntStream.range(0, schedule.buffers().size()).mapToObj(this::offset).toList();
      return new MemoryPlan(arena, offsets, blocks);
    }

    private void use(Step step, int number) {
      Set<Integer> used = new LinkedHashSet<>(step.reads());
      used.addAll(step.writes());
      if (step instanceof Step.Rows rows && needs.holdsLocal(rows)) {
        rows.local().forEach(used::remove);
      }
      for (int b : used) {
        if (schedule.buffers().get(b) instanceof Buffer.Temporary buffer) {
          item(b, number, buffer.bytes()).last = number;
        }
      }
    }

    private Item item(int buffer, int first, long bytes) {
      return Objects.requireNonNull(
          temporaries.computeIfAbsent(
              buffer,
              _ -> {
                Item item = new Item(first, bytes);
                items.add(item);
                return item;
              }));
    }

    private long offset(int buffer) {
      return Optional.ofNullable(temporaries.get(buffer)).map(i -> i.offset).orElse(ABSENT);
    }

    private Block block(Step step) {
      return switch (step) {
        case Step.Fill _ -> new Block(0, 0, List.of(), List.of());
        case Step.Loops _,
            Step.Rows _,
            Step.Product _,
            Step.Fused _,
            Step.Convolution _,
            Step.Evaluate _ ->
            new Block(0, needs.scratchBytes(step), List.of(), List.of());
        case Step.Scan scan -> {
          List<Long> cells = carries(scan.body(), scan.consts(), scan.carries());
          cells.add(needs.scratchBytes(step));
          yield block(List.of(scan.body()), cells);
        }
        case Step.While loop -> {
          List<Long> cells = carries(loop.body(), 0, loop.body().inputs().size());
          cells.add(1L);
          yield block(List.of(loop.condition(), loop.body()), cells);
        }
        case Step.Branch branch -> block(branch.branches(), List.of());
      };
    }

    private static List<Long> carries(Schedule body, int from, int count) {
      List<Long> bytes = new ArrayList<>();
      for (int input : body.inputs().subList(from, from + count)) {
        bytes.add(body.buffers().get(input).bytes());
      }
      return bytes;
    }

    private Block block(List<Schedule> schedules, List<Long> cellBytes) {
      List<MemoryPlan> inner = schedules.stream().map(s -> of(s, needs)).toList();
      long end = inner.stream().mapToLong(MemoryPlan::arenaBytes).max().orElse(0);
      List<Long> cells = new ArrayList<>();
      for (long bytes : cellBytes) {
        cells.add(end);
        end += aligned(bytes);
      }
      return new Block(0, end, inner, cells);
    }

    /// The largest first, each into the smallest gap between those that are in use with it.
    private long place() {
      List<Item> order = new ArrayList<>(items);
      order.sort(
          Comparator.comparingLong((Item i) -> i.bytes).reversed().thenComparingInt(i -> i.first));
      List<Item> placed = new ArrayList<>();
      long end = 0;
      for (Item item : order) {
        item.offset = item.bytes == 0 ? 0 : gap(item, placed);
        if (item.bytes > 0) {
          insert(item, placed);
        }
        end = Math.max(end, item.end());
      }
      return end;
    }

    /// @param placed in order of their offsets
    private static long gap(Item item, List<Item> placed) {
      long best = ABSENT;
      long bestBytes = Long.MAX_VALUE;
      long end = 0;
      for (Item other : placed) {
        if (other.meets(item)) {
          long free = other.offset - end;
          if (free >= item.bytes && free < bestBytes) {
            best = end;
            bestBytes = free;
          }
          end = Math.max(end, other.end());
        }
      }
      return best == ABSENT ? end : best;
    }

    private static void insert(Item item, List<Item> placed) {
      int at = placed.size();
      while (at > 0 && placed.get(at - 1).offset > item.offset) {
        at--;
      }
      placed.add(at, item);
    }
  }
}
