package org.ntk4j.cuda.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.cuda.driver.Graph;
import org.ntk4j.cuda.run.Operation.Enqueued;

/// A list of operations, played any number of times by one call at a time.
///
/// Each longest run of [Enqueued] operations is a [Segment], which is captured as a graph when it
/// is played for the second time, and replayed from then on: what runs only once never pays for it,
/// and nothing has to be loaded any more while it is captured.
final class Tape implements AutoCloseable {
  private final List<Part> parts;

  /// A segment, or an operation that needs the host.
  sealed interface Part {}

  /// An operation that the host takes part in.
  record Hosted(Operation operation) implements Part {}

  /// Operations that the device does by itself.
  static final class Segment implements Part {
    /// Fewer are not worth a graph.
    private static final int GRAPH_MIN = 3;

    private final List<Enqueued> operations;
    private boolean played;
    private Optional<Graph> graph = Optional.empty();

    Segment(List<Enqueued> operations) {
      this.operations = List.copyOf(operations);
    }

    List<Enqueued> operations() {
      return operations;
    }

    /// That it is played; returns whether it is time to capture it.
    boolean play() {
      boolean again = played;
      played = true;
      return again && graph.isEmpty() && operations.size() >= GRAPH_MIN;
    }

    Optional<Graph> graph() {
      return graph;
    }

    void captured(Graph g) {
      graph = Optional.of(g);
    }

    private void close() {
      graph.ifPresent(Graph::close);
      graph = Optional.empty();
    }
  }

  Tape(List<Operation> operations) {
    List<Part> all = new ArrayList<>();
    List<Enqueued> run = new ArrayList<>();
    for (Operation operation : operations) {
      if (operation instanceof Enqueued enqueued) {
        run.add(enqueued);
      } else {
        flush(run, all);
        all.add(new Hosted(operation));
      }
    }
    flush(run, all);
    this.parts = List.copyOf(all);
  }

  private static void flush(List<Enqueued> run, List<Part> to) {
    if (!run.isEmpty()) {
      to.add(new Segment(run));
      run.clear();
    }
  }

  List<Part> parts() {
    return parts;
  }

  /// Releases graphs and events, those of tapes inside too.
  @Override
  public void close() {
    for (Part part : parts) {
      switch (part) {
        case Segment segment -> segment.close();
        case Hosted(Operation operation) -> close(operation);
      }
    }
  }

  private static void close(Operation operation) {
    switch (operation) {
      case Enqueued _, Operation.Evaluate _ -> {}
      case Operation.Upload(var complete, _) -> complete.close();
      case Operation.Ready(var complete, _) -> complete.close();
      case Operation.Repeat repeat -> List.of(repeat.even(), repeat.odd()).forEach(Tape::close);
      case Operation.WhileLoop(var here, var there, var back, _) ->
          List.of(here.condition(), here.body(), there.condition(), there.body(), back)
              .forEach(Tape::close);
      case Operation.Branch(_, var branches) -> branches.forEach(Tape::close);
    }
  }
}
