package org.ntk4j.cuda.text;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.ntk4j.ir.schedule.Expr;

/// Text of a function body under construction, and what is known at its end.
///
/// What is known is kept in scopes: a scope is a block in braces, and what it knows holds in the
/// blocks within it. One text is computed once.
final class NestCode {
  private static final class Scope {
    final IdentityHashMap<Expr, String> values = new IdentityHashMap<>();
    final Map<String, String> names = new HashMap<>();
    final Map<Integer, String> variables = new HashMap<>();
  }

  private final Deque<Scope> scopes = new ArrayDeque<>();
  private StringBuilder text = new StringBuilder();
  private int names;

  NestCode() {
    scopes.push(new Scope());
  }

  /// Text and the value it computes.
  record Captured(String text, String value) {}

  /// A name that was not used before.
  String fresh(String prefix) {
    return prefix + names++;
  }

  void line(String line) {
    text.append("  ".repeat(scopes.size())).append(line).append('\n');
  }

  /// `#pragma unroll` for the loop that follows.
  void unroll() {
    text.append("#pragma unroll\n");
  }

  /// A block, with `head` before its brace; its text stays if it does nothing.
  void block(String head, Runnable body) {
    line(head.isEmpty() ? "{" : head + " {");
    scopes.push(new Scope());
    body.run();
    scopes.pop();
    line("}");
  }

  /// What `work` appends in a block of its own, taken out.
  Captured captured(Supplier<String> work) {
    StringBuilder outer = text;
    text = new StringBuilder();
    scopes.push(new Scope());
    String value = work.get();
    scopes.pop();
    String inner = text.toString();
    text = outer;
    return new Captured(inner, value);
  }

  /// Appends what was captured.
  void append(String captured) {
    text.append(captured);
  }

  /// A variable that is `value`, or one that already is.
  String define(String prefix, String type, String value) {
    String key = type + " " + value;
    for (Scope scope : scopes) {
      String known = scope.names.get(key);
      if (known != null) {
        return known;
      }
    }
    String name = fresh(prefix);
    line("const " + type + " " + name + " = " + value + ";");
    scopes.element().names.put(key, name);
    return name;
  }

  Optional<String> known(Expr e) {
    for (Scope scope : scopes) {
      String known = scope.values.get(e);
      if (known != null) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  void know(Expr e, String value) {
    scopes.element().values.put(e, value);
  }

  /// Says what the variable of loop `d` is called from here on, in this block.
  void variable(int d, String name) {
    scopes.element().variables.put(d, name);
  }

  String variable(int d) {
    for (Scope scope : scopes) {
      String name = scope.variables.get(d);
      if (name != null) {
        return name;
      }
    }
    throw new IllegalStateException("bug: loop " + d + " has no variable here");
  }

  /// The loops that have variables here.
  BitSet variables() {
    BitSet loops = new BitSet();
    scopes.forEach(s -> s.variables.keySet().forEach(loops::set));
    return loops;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
