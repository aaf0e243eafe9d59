package org.ntk4j.ir.eval;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.schedule.Rates;

/// Runs programs by an engine, and keeps those that were compiled last: a program of equal text is
/// not compiled again. May be used by many threads at once.
public final class ProgramCache implements AutoCloseable {
  private static final int CAPACITY = 64;

  private final Optional<Engine> engine;
  private final int capacity;
  private final Map<Program, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  private static final class Holder {
    static final ProgramCache STANDARD = new ProgramCache(Engine.find(), CAPACITY);
  }

  /// @param engine empty: the reference evaluator
  /// @param capacity how many programs are kept
  public ProgramCache(Optional<Engine> engine, int capacity) {
    this.engine = engine;
    this.capacity = capacity;
  }

  /// That of the process, of the engine that [Engine#find] finds.
  public static ProgramCache standard() {
    return Holder.STANDARD;
  }

  /// What runs the programs: the name of an engine.
  public String engineName() {
    return engine.map(Engine::name).orElse(Engine.INTERPRETER);
  }

  /// The outputs of `p` for these arguments, garbage-collected.
  ///
  /// @throws IllegalArgumentException if the arguments are not those that `p` expects
  public List<Tensor> run(Program p, List<Tensor> arguments) {
    return engine.isEmpty()
        ? Evaluator.run(p, arguments)
        : with(engine.get(), p, f -> f.run(arguments));
  }

  /// The outputs of `p` for these arguments, owned by `scope`, in whose [TensorScope#peakBytes] all
  /// other memory of the run counts too.
  ///
  /// @throws IllegalArgumentException if the arguments are not those that `p` expects
  public List<Tensor> run(Program p, List<Tensor> arguments, TensorScope scope) {
    return engine.isEmpty()
        ? Evaluator.runWithin(p, arguments, scope)
        : with(engine.get(), p, f -> f.run(arguments, scope));
  }

  /// Promises that these tensors will not change until what is returned is closed, see
  /// [Engine#hold].
  public Held hold(List<Tensor> tensors) {
    return engine.map(e -> e.hold(tensors)).orElse(Held.NOTHING);
  }

  /// What the steps of `p` take: the least of `repetitions` runs, after some that are not timed;
  /// beside what [#rates] predict. Empty if nothing compiles programs: the reference evaluator has
  /// no steps.
  ///
  /// @throws IllegalArgumentException if the arguments are not those that `p` expects
  public Optional<List<TimedStep>> profile(Program p, List<Tensor> arguments, int repetitions) {
    return engine.map(e -> with(e, p, f -> f.profile(arguments, e.rates(), repetitions)));
  }

  /// Compiles `p`, unless it is known.
  public void compile(Program p) {
    engine.ifPresent(e -> with(e, p, CompiledFunction::peakBytes));
  }

  /// Bytes in use at the worst moment of running `p`, inputs and outputs included; found without
  /// compiling it.
  public long peakBytes(Program p) {
    return engine.isEmpty() ? Footprint.peakBytes(p) : engine.get().peakBytes(p);
  }

  /// Memory in bytes that a run could take now; empty: what this process can get.
  public OptionalLong freeBytes() {
    return engine.map(Engine::freeBytes).orElse(OptionalLong.empty());
  }

  /// Bytes of this process's memory that are kept for the next run.
  public long idleBytes() {
    return engine.map(Engine::idleBytes).orElse(0L);
  }

  /// In which arithmetic products of `f32` numbers are computed.
  public String productPrecision() {
    return engine.map(Engine::productPrecision).orElse(Engine.FLOAT32);
  }

  /// What this machine does in a second, as the engine knows it.
  public Rates rates() {
    return engine.map(Engine::rates).orElse(Rates.DEFAULT);
  }

  /// Number of programs that are kept.
  public synchronized int size() {
    return entries.size();
  }

  /// Forgets all programs.
  @Override
  public void close() {
    evict(0).forEach(Entry::close);
  }

  private <R> R with(Engine e, Program p, Function<CompiledFunction, R> use) {
    Entry entry = acquire(p);
    try {
      return use.apply(compiled(e, p, entry));
    } finally {
      release(entry);
    }
  }

  private CompiledFunction compiled(Engine e, Program p, Entry entry) {
    try {
      return entry.function(e, p);
    } catch (RuntimeException | Error failure) {
      synchronized (this) {
        entries.remove(p, entry);
        entry.kept = false;
      }
      throw failure;
    }
  }

  private Entry acquire(Program p) {
    List<Entry> evicted;
    Entry entry;
    synchronized (this) {
      entry = entries.computeIfAbsent(p, _ -> new Entry());
      entry.users++;
      evicted = evict(capacity);
    }
    evicted.forEach(Entry::close);
    return entry;
  }

  private void release(Entry entry) {
    boolean unused;
    synchronized (this) {
      entry.users--;
      unused = entry.users == 0 && !entry.kept;
    }
    if (unused) {
      entry.close();
    }
  }

  /// Drops the programs that were not used for longest; returns those that nobody uses either.
  private synchronized List<Entry> evict(int kept) {
    List<Entry> unused = new ArrayList<>();
    Iterator<Entry> eldest = entries.values().iterator();
    while (entries.size() > kept && eldest.hasNext()) {
      Entry entry = eldest.next();
      eldest.remove();
      entry.kept = false;
      if (entry.users == 0) {
        unused.add(entry);
      }
    }
    return unused;
  }

  /// A program that is compiled at its first use.
  private static final class Entry {
    /// Guarded by the cache.
    private int users;

    /// Guarded by the cache.
    private boolean kept = true;

    private Optional<CompiledFunction> function = Optional.empty();

    synchronized CompiledFunction function(Engine engine, Program p) {
      if (function.isEmpty()) {
        function = Optional.of(engine.compile(p));
      }
      return function.get();
    }

    synchronized void close() {
      function.ifPresent(CompiledFunction::close);
      function = Optional.empty();
    }
  }
}
