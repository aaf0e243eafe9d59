package org.ntk4j.cpu.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.ntk4j.cpu.library.Convolutions;
import org.ntk4j.cpu.library.PreparedConv;
import org.ntk4j.cpu.library.PreparedGemm;
import org.ntk4j.cpu.library.Workers;
import org.ntk4j.ir.schedule.ConvForm;
import org.ntk4j.ir.schedule.ConvForms;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;

/// The library calls of a schedule and those inside its steps, each step's once.
final class Preparation implements AutoCloseable {
  private final Workers workers;
  private final IdentityHashMap<Step, PreparedGemm> products = new IdentityHashMap<>();
  private final IdentityHashMap<Step, Convolved> convolutions = new IdentityHashMap<>();
  private final List<Step.Loops> loops = new ArrayList<>();

  /// Loops with equal bodies share the schedule of the body.
  private final Set<Schedule> done = Collections.newSetFromMap(new IdentityHashMap<>());

  /// A convolution that a library does.
  record Convolved(ConvForm form, PreparedConv prepared) {}

  Preparation(Schedule schedule, Workers workers) {
    this.workers = workers;
    try {
      prepare(schedule);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void prepare(Schedule schedule) {
    if (!done.add(schedule)) {
      return;
    }
    for (Step step : schedule.steps()) {
      switch (step) {
        case Step.Loops nest -> loops.add(nest);
        case Step.Rows rows -> loops.addAll(rows.loops());
        case Step.Product p -> products.put(p, ProductCommand.prepare(p.product()));
        case Step.Convolution c ->
            ConvForms.of(c.op(), c.x(), c.w(), c.y())
                .filter(form -> form.problem().dtype().isFloating())
                .ifPresent(form ->
                    convolutions.put(c, new Convolved(form, Convolutions.prepare(form.problem()))));
        case Step.Fill _, Step.Evaluate _ -> {}
        case Step.Scan scan -> prepare(scan.body());
        case Step.While loop -> {
          prepare(loop.condition());
          prepare(loop.body());
        }
        case Step.Branch branch -> branch.branches().forEach(this::prepare);
      }
    }
  }

  /// All loop nests.
  List<Step.Loops> loops() {
    return loops;
  }

  PreparedGemm product(Step.Product step) {
    return Objects.requireNonNull(products.get(step), "bug: a product was not prepared");
  }

  /// Empty: no library does it.
  Optional<Convolved> convolution(Step.Convolution step) {
    return Optional.ofNullable(convolutions.get(step));
  }

  /// Memory that a step needs for itself.
  long scratchBytes(Step step) {
    return switch (step) {
      case Step.Product p -> product(p).scratchBytes();
      case Step.Convolution c ->
          convolution(c).map(v -> v.prepared().scratchBytes(workers.threads())).orElse(0L);
      case Step.Fill _, Step.Loops _, Step.Rows _, Step.Evaluate _ -> 0;
      // What is inside is planned by itself.
      case Step.Scan _, Step.While _, Step.Branch _ -> 0;
    };
  }

  /// Releases what belongs to the libraries.
  @Override
  public void close() {
    convolutions.values().forEach(c -> c.prepared().close());
    convolutions.clear();
  }
}
