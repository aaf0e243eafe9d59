package org.ntk4j.ir.trace;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Primitive;

/// The programs one trace is recording: the outermost first, the body recorded now last.
///
/// Every equation goes to the last body. An operand that was bound further out is *captured*: it
/// becomes an additional input of each body between its own and the last one (lambda lifting).
final class TraceStack {

  /// A program being recorded.
  static final class Frame {
    private final Builder builder = new Builder();
    private final Map<Var, Value> captured = new LinkedHashMap<>();

    Builder builder() {
      return builder;
    }

    /// Values of outer frames that this body used, in the order of first use.
    Collection<Value> captured() {
      return captured.values();
    }
  }

  private final List<Frame> open = new ArrayList<>();

  /// The frame recorded now.
  Frame top() {
    if (open.isEmpty()) {
      throw new IllegalArgumentException("a value was used after its trace had ended");
    }
    return open.getLast();
  }

  /// Runs `body` with a new frame on top.
  <T> T within(Frame frame, Supplier<T> body) {
    open.add(frame);
    try {
      return body.get();
    } finally {
      open.removeLast();
    }
  }

  /// `value` as an operand in the top frame.
  Atom use(String what, Value value) {
    Frame top = top();
    if (value.stack() != this) {
      throw new IllegalArgumentException(what + ": values of different traces are mixed");
    }
    if (!open.contains(value.frame())) {
      throw new IllegalArgumentException(
          what
              + ": a value was used after the body that computes it had ended; return it from the"
              + " body instead");
    }
    if (value.frame() != top && value.atom() instanceof Var v) {
      top.captured.putIfAbsent(v, value);
    }
    return value.atom();
  }

  /// The results of `op` applied to `in` in the top frame.
  List<Value> emit(Primitive op, List<Value> in) {
    Frame top = top();
    List<Atom> atoms = in.stream().map(v -> use(op.mnemonic(), v)).toList();
    return top.builder.emitAll(op, atoms).stream().map(v -> value(v)).toList();
  }

  /// `atom` of the top frame as a value.
  Value value(Atom atom) {
    return new Value(this, top(), atom);
  }

  /// The one stack of all of `values`.
  ///
  /// @throws IllegalArgumentException if they belong to different traces, or there are none
  static TraceStack common(String what, Collection<Value> values) {
    Set<TraceStack> stacks = Collections.newSetFromMap(new IdentityHashMap<>());
    values.forEach(v -> stacks.add(v.stack()));
    if (stacks.size() != 1) {
      throw new IllegalArgumentException(
          what
              + (stacks.isEmpty()
                  ? ": at least one value is needed"
                  : ": values of different traces are mixed"));
    }
    return stacks.iterator().next();
  }
}
