package org.ntk4j.ir.trace;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.trace.TraceStack.Frame;

/// A recorded lambda whose free variables have not become inputs yet.
final class Body {
  private final Frame frame;
  private final List<Var> inputs;
  private final List<Atom> outputs;

  private Body(Frame frame, List<Var> inputs, List<Atom> outputs) {
    this.frame = frame;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /// Records `fn` applied to fresh inputs.
  static Body record(
      String what, TraceStack stack, List<Aval> avals, Function<List<Value>, List<Value>> fn) {
    Frame frame = new Frame();
    return stack.within(
        frame,
        () -> {
          List<Var> inputs = avals.stream().map(Var::new).toList();
          List<Value> results = fn.apply(inputs.stream().map(stack::value).toList());
          List<Atom> outputs = results.stream().map(v -> stack.use(what, v)).toList();
          return new Body(frame, inputs, outputs);
        });
  }

  /// Avals of the results.
  List<Aval> outputAvals() {
    return outputs.stream().map(Atom::aval).toList();
  }

  /// Values of outer frames used in the bodies, each once, in the order of first use.
  static List<Value> captured(Collection<Body> bodies) {
    Map<Atom, Value> union = new LinkedHashMap<>();
    for (Body body : bodies) {
      body.frame.captured().forEach(v -> union.putIfAbsent(v.atom(), v));
    }
    return List.copyOf(union.values());
  }

  /// The program with inputs `captured ++ inputs`.
  Program capturedFirst(List<Value> captured) {
    return close(captured, true, false);
  }

  /// The program with inputs `inputs ++ captured`.
  Program capturedLast(List<Value> captured) {
    return close(captured, false, false);
  }

  /// The program with inputs `inputs ++ captured` that returns `captured` too, after its results.
  Program returningCaptured(List<Value> captured) {
    return close(captured, false, true);
  }

  private Program close(List<Value> captured, boolean first, boolean returned) {
    List<Var> extra = captured.stream().map(v -> new Var(v.aval())).toList();
    Map<Var, Atom> renamed = new HashMap<>();
    for (int i = 0; i < extra.size(); i++) {
      if (captured.get(i).atom() instanceof Var v) {
        renamed.put(v, extra.get(i));
      }
    }
    Builder b = new Builder();
    frame
        .builder()
        .equations()
        .forEach(e -> {
          List<Var> out = b.emitAll(e.op(), e.in().stream().map(a -> rename(renamed, a)).toList());
          for (int i = 0; i < out.size(); i++) {
            renamed.put(e.out().get(i), out.get(i));
          }
        });
    List<Atom> results = new ArrayList<>(outputs.stream().map(a -> rename(renamed, a)).toList());
    if (returned) {
      results.addAll(extra);
    }
    List<Var> all = new ArrayList<>(first ? extra : inputs);
    all.addAll(first ? inputs : extra);
    return b.build(all, results);
  }

  private static Atom rename(Map<Var, Atom> renamed, Atom a) {
    return a instanceof Var v ? renamed.getOrDefault(v, v) : a;
  }
}
