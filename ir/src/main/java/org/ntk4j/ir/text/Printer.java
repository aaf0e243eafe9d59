package org.ntk4j.ir.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;

/// The text of a program: ASCII, one equation a line, binders with their avals.
///
/// ```
/// program(a:f64[2,3], b:f64[3,4]) {
///   c:f64[2,4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[0]] a b
///   d:f64[2,4] = mul c 2.0:f64[2,4]
///   return d
/// }
/// ```
///
/// Variables are named in order of binding: `a` to `z`, then `v26`, `v27`, ... A variable that
/// nothing binds is printed as `?`. Programs inside a primitive have names of their own.
public final class Printer {
  private final StringBuilder out;
  private final String indent;
  private final Map<Var, String> names = new HashMap<>();

  private Printer(StringBuilder out, String indent) {
    this.out = out;
    this.indent = indent;
  }

  /// The text of `p`.
  public static String print(Program p) {
    StringBuilder out = new StringBuilder("program");
    nested(out, "", p);
    return out.append('\n').toString();
  }

  /// Name of the variable bound after `bound` others.
  static String name(int bound) {
    return bound < 26 ? String.valueOf((char) ('a' + bound)) : "v" + bound;
  }

  /// Appends `(inputs) { equations }`, the lines after the first indented by `indent`.
  static void nested(StringBuilder out, String indent, Program p) {
    new Printer(out, indent).program(p);
  }

  private void program(Program p) {
    out.append('(').append(binders(p.inputs())).append(") {\n");
    for (Equation e : p.equations()) {
      equation(e);
    }
    line().append("return");
    String separator = " ";
    for (Atom a : p.outputs()) {
      out.append(separator).append(atom(a));
      separator = ", ";
    }
    out.append('\n').append(indent).append('}');
  }

  private void equation(Equation e) {
    // Operands are named before the results are bound, as they are read before.
    String operands = e.in().stream().map(a -> " " + atom(a)).collect(Collectors.joining());
    String results = binders(e.out());
    line().append(e.out().size() == 1 ? results : "(" + results + ")").append(" = ");
    Parameters.print(out, indent + "  ", e.op());
    out.append(operands).append('\n');
  }

  private StringBuilder line() {
    return out.append(indent).append("  ");
  }

  private String binders(List<Var> vars) {
    return vars.stream().map(this::binder).collect(Collectors.joining(", "));
  }

  private String binder(Var v) {
    String name = name(names.size());
    names.put(v, name);
    return name + ":" + v.aval();
  }

  private String atom(Atom a) {
    return switch (a) {
      case Var v -> names.getOrDefault(v, "?:" + v.aval());
      case Literal x -> Parameters.number(x.aval().dtype(), x.value(), x.bits()) + ":" + x.aval();
    };
  }
}
