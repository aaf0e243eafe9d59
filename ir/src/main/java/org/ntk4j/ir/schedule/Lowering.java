package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.While;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Slot;
import org.ntk4j.ir.schedule.LoopNest.Store;
import org.ntk4j.ir.schedule.NestBuilder.Built;
import org.ntk4j.ir.schedule.NestBuilder.Combined;
import org.ntk4j.ir.schedule.Schedule.Buffer;
import org.ntk4j.ir.schedule.Unit.Nest;
import org.ntk4j.ir.schedule.Unit.Single;

/// From a program to a schedule: contractions become matrix products, pointwise equations and
/// reductions loop nests, and everything else a step of its own.
public final class Lowering {
  /// Its memory and time are asked for before a program is compiled.
  private static final Map<Program, Map<Layout, Schedule>> KNOWN =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final Layout layout;
  private final Graph graph;
  private final Sinks sinks;
  private final Set<Var> stored;
  private final NestBuilder builder;
  private final List<Buffer> buffers = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final Map<Var, Integer> numbers = new HashMap<>();
  private final Map<Literal, Integer> literals = new HashMap<>();

  private Lowering(Products.Prepared prepared, Layout layout) {
    this.layout = layout;
    this.graph = new Graph(prepared.program());
    this.stored = new HashSet<>(prepared.stored());
    this.sinks = new Sinks(graph, stored);
    this.stored.addAll(sinks.stored());
    this.builder = new NestBuilder(graph, new Materialized(graph, stored));
  }

  /// The schedule of `p` with images as they are written.
  public static Schedule lower(Program p) {
    return lower(p, Layout.AS_WRITTEN);
  }

  /// The schedule of `p`, which is kept as long as `p` is.
  public static Schedule lower(Program p, Layout layout) {
    Layout needed = ChannelsLast.concerns(p) ? layout : Layout.AS_WRITTEN;
    Map<Layout, Schedule> known = KNOWN.computeIfAbsent(p, _ -> new ConcurrentHashMap<>());
    Schedule schedule = known.get(needed);
    if (schedule == null) { // Bodies of loops are lowered meanwhile, which computeIfAbsent forbids.
      Program flat = Flatten.of(p);
      Program ordered =
          switch (needed) {
            case AS_WRITTEN -> flat;
            case CHANNELS_LAST -> ChannelsLast.of(flat);
          };
      schedule = new Lowering(Products.prepare(ordered), needed).schedule();
      known.put(needed, schedule);
    }
    return schedule;
  }

  private Schedule body(Program p) {
    return lower(p, layout);
  }

  private Schedule schedule() {
    Program p = graph.program();
    List<Integer> inputs = new ArrayList<>();
    for (Var v : p.inputs()) {
      inputs.add(add(new Buffer.Bound(v.aval().dtype(), v.aval().size())));
      numbers.put(v, inputs.getLast());
    }
    List<Integer> outputs = outputs(p);
    List<Unit> units = fused();
    Set<Var> read = read(units);
    units.forEach(unit -> emit(unit, read));
    for (int k = 0; k < outputs.size(); k++) {
      copy(p.outputs().get(k), outputs.get(k));
    }
    return new Schedule(buffers, inputs, outputs, RowGroups.of(steps, buffers));
  }

  private int add(Buffer buffer) {
    buffers.add(buffer);
    return buffers.size() - 1;
  }

  /// A buffer for each output; that of a value which a step computes holds it from the beginning.
  private List<Integer> outputs(Program p) {
    List<Integer> outputs = new ArrayList<>();
    for (Atom a : p.outputs()) {
      outputs.add(add(new Buffer.Bound(a.aval().dtype(), a.aval().size())));
      if (a instanceof Var v && isComputed(graph.origin(v))) {
        numbers.putIfAbsent(graph.origin(v), outputs.getLast());
      }
    }
    return outputs;
  }

  private boolean isComputed(Var v) {
    return graph.definition(v).filter(e -> !(e.op() instanceof Constant)).isPresent();
  }

  private List<Unit> fused() {
    List<Unit> units = new ArrayList<>();
    List<Set<Var>> reads = new ArrayList<>();
    for (Equation e : graph.program().equations()) {
      switch (Role.of(e)) {
        case PRODUCT, CONVOLUTION, WHOLE -> {
          units.add(new Single(e, written(e)));
          reads.add(origins(e));
        }
        case REDUCTION, POINTWISE -> nest(e, units, reads);
      }
    }
    return new Fusion(builder, units, reads).run();
  }

  private void nest(Equation e, List<Unit> units, List<Set<Var>> reads) {
    Var v = e.result();
    boolean sunk = sinks.stored().contains(v);
    if (graph.origin(v) == v && builder.isMaterialized(v) && !sunk) {
      Built built = built(List.of(v), Set.of(v));
      units.add(new Nest(List.of(v), built));
      reads.add(new LinkedHashSet<>(built.reads()));
    }
  }

  private Built built(List<Var> roots, Set<Var> kept) {
    return builder
        .build(roots, kept::contains)
        .orElseThrow(() -> new IllegalStateException("bug: no loop nest for " + roots));
  }

  /// What `e`, which is one step, writes.
  private List<Var> written(Equation e) {
    return Role.of(e) == Role.CONVOLUTION || Role.of(e) == Role.PRODUCT
        ? List.of(sinks.of(e.result()).map(Sinks.Sink::stored).orElse(e.result()))
        : e.out();
  }

  /// What `e` reads from memory.
  private Set<Var> origins(Equation e) {
    Set<Var> origins = new LinkedHashSet<>();
    for (Atom a : e.in()) {
      if (a instanceof Var v) {
        origins.add(graph.origin(Role.of(e) == Role.WHOLE ? v : seen(v).base()));
      }
    }
    return origins;
  }

  private Views.Seen seen(Var v) {
    return Views.of(graph, v, stored);
  }

  /// The values that some unit reads from memory, and the results.
  private Set<Var> read(List<Unit> units) {
    Set<Var> read = new HashSet<>();
    for (Atom a : graph.program().outputs()) {
      if (a instanceof Var v) {
        read.add(graph.origin(v));
      }
    }
    for (Unit unit : units) {
      switch (unit) {
        case Nest(_, var built) -> read.addAll(built.reads());
        case Single(var e, _) -> read.addAll(origins(e));
      }
    }
    return read;
  }

  private void emit(Unit unit, Set<Var> read) {
    switch (unit) {
      case Nest(var roots, var built) ->
          loops(read.containsAll(roots) ? built : built(roots, read));
      case Single(var e, _) -> single(e);
    }
  }

  private void loops(Built built) {
    for (Combined c : built.combined()) {
      Var v = c.value();
      long neutral = Reductions.neutral(c.combine(), v.aval().dtype());
      steps.add(new Step.Fill(buffer(v), v.aval().dtype(), neutral));
    }
    if (built.nest().iterations() > 0 && !built.writes().isEmpty()) {
      List<Integer> slots = new ArrayList<>();
      built.reads().forEach(v -> slots.add(buffer(v)));
      built.writes().forEach(v -> slots.add(buffer(v)));
      steps.add(new Step.Loops(built.nest(), slots));
    }
  }

  private void single(Equation e) {
    switch (Role.of(e)) {
      case PRODUCT -> product((Contract) e.op(), e);
      case CONVOLUTION -> convolution((Conv) e.op(), e);
      case WHOLE -> whole(e);
      case POINTWISE, REDUCTION -> throw new IllegalStateException("bug: no step of its own: " + e);
    }
  }

  private void whole(Equation e) {
    if (e.op() instanceof Constant(var value)) {
      numbers.put(e.result(), add(new Buffer.Fixed(value)));
    } else if (e.op() instanceof HigherOrder op) {
      steps.add(control(op, e));
    } else {
      List<Aval> results = e.out().stream().map(Var::aval).toList();
      steps.add(new Step.Evaluate(e.op(), operands(e), results(e), e.operandAvals(), results));
    }
  }

  private Step control(HigherOrder op, Equation e) {
    List<Integer> in = operands(e);
    List<Integer> out = results(e);
    return switch (op) {
      case Scan(var body, int consts, int carries, long length, boolean reverse) ->
          new Step.Scan(body(body), consts, carries, length, reverse, in, out);
      case While(var condition, var body) -> new Step.While(body(condition), body(body), in, out);
      case Cond(var branches) ->
          new Step.Branch(branches.stream().map(this::body).toList(), in, out);
      case Call _, Checkpoint _, CustomJvp _, CustomVjp _ ->
          throw new IllegalStateException("bug: not inlined: " + op.mnemonic());
    };
  }

  private void convolution(Conv op, Equation e) {
    View x = view(e.in().get(0));
    View w = view(e.in().get(1));
    steps.add(new Step.Convolution(op, x, w, result(e.result())));
  }

  private void product(Contract op, Equation e) {
    View x = view(e.in().get(0));
    View y = view(e.in().get(1));
    View z = result(e.result());
    MatrixForm.Form form =
        MatrixForm.of(op, x, y, z, e.in().get(0) == e.in().get(1))
            .orElseThrow(() -> new IllegalStateException("bug: no product: " + e));
    int left = form.isSwapped() ? y.buffer() : x.buffer();
    int right = form.isSwapped() ? x.buffer() : y.buffer();
    steps.add(new Step.Product(form.product(), left, right, z.buffer()));
  }

  private View view(Atom a) {
    Views.Seen seen = seen((Var) a);
    return seen.view().in(buffer(seen.base()));
  }

  /// The result of a library's step where it is stored.
  private View result(Var v) {
    Optional<Sinks.Sink> sink = sinks.of(v);
    if (sink.isPresent()) {
      return sink.get().result().in(buffer(sink.get().stored()));
    }
    return View.rowMajor(buffer(v), v.aval().dtype(), v.aval().shape());
  }

  private List<Integer> operands(Equation e) {
    return e.in().stream().map(this::operand).toList();
  }

  private List<Integer> results(Equation e) {
    return e.out().stream().map(this::buffer).toList();
  }

  private int operand(Atom a) {
    return switch (a) {
      case Var v -> buffer(v);
      case Literal literal ->
          Objects.requireNonNull(literals.computeIfAbsent(literal, this::filled));
    };
  }

  private int filled(Literal literal) {
    Tensor value = Tensor.zeros(literal.aval().dtype(), literal.aval().shape());
    for (long i = 0; i < value.size(); i++) {
      if (literal.aval().isFloating()) {
        value.setDouble(i, literal.value());
      } else {
        value.setLong(i, literal.bits());
      }
    }
    return add(new Buffer.Fixed(value));
  }

  /// The buffer of what `v` is, or reshapes.
  private int buffer(Var v) {
    return Objects.requireNonNull(
        numbers.computeIfAbsent(
            graph.origin(v), o -> add(new Buffer.Temporary(o.aval().dtype(), o.aval().size()))));
  }

  /// Copies an output that is in another buffer.
  private void copy(Atom a, int output) {
    long size = a.aval().size();
    if (a instanceof Literal literal) {
      steps.add(new Step.Fill(output, literal.aval().dtype(), literal.bits()));
    } else if (a instanceof Var v && buffer(v) != output && size > 0) {
      Index at = size == 1 ? Index.constant(0, 1) : Index.variable(0, 1);
      Slot slot = new Slot(a.aval().dtype(), size, false);
      Expr load = new Expr.Load(0, a.aval().dtype(), at);
      LoopNest nest =
          new LoopNest(
              List.of(size),
              List.of(slot, new Slot(slot.dtype(), size, true)),
              List.of(new Store(1, Combine.SET, List.of(), at, load)));
      steps.add(new Step.Loops(nest, List.of(buffer(v), output)));
    }
  }
}
