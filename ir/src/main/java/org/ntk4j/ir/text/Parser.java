package org.ntk4j.ir.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;

/// Reads the text form of programs: `parse(print(p))` equals `p`.
///
/// More is accepted than printed: any names, blanks, and comments from `//` to the end of the line.
public final class Parser {
  private static final int DEPTH_MAX = 100;

  private final Source source;
  private final int depth;
  private final Map<String, Var> scope = new HashMap<>();

  private Parser(Source source, int depth) {
    this.source = source;
    this.depth = depth;
  }

  /// The program that `text` describes.
  ///
  /// @throws TextException if it describes none, or one that breaks a constraint
  public static Program parse(String text) {
    Source source = new Source(text);
    source.expectWord("program");
    Program result = nested(source, 0);
    if (!source.atEnd()) {
      throw source.expected("the end of the text");
    }
    return result;
  }

  /// Reads `(inputs) { equations }`.
  static Program nested(Source source, int depth) {
    if (depth > DEPTH_MAX) {
      throw source.error(source.here(), "programs are nested more than " + DEPTH_MAX + " deep");
    }
    return new Parser(source, depth).program();
  }

  private Program program() {
    source.expect('(');
    List<Var> inputs = binders();
    source.expect('{');
    List<Equation> equations = new ArrayList<>();
    while (true) {
      int start = source.here();
      String name = source.at('(') ? "" : source.word("an equation or 'return'");
      if (name.equals("return") && !source.at(':')) {
        return new Program(inputs, equations, outputs());
      }
      equations.add(equation(start, name));
    }
  }

  private List<Atom> outputs() {
    List<Atom> outputs = new ArrayList<>();
    if (!source.at('}')) {
      do {
        outputs.add(atom());
      } while (source.take(','));
    }
    source.expect('}');
    return outputs;
  }

  /// Reads the rest of an equation whose first result is `name`, or `(` if that is empty.
  private Equation equation(int start, String name) {
    List<Binder> results = new ArrayList<>();
    if (name.isEmpty()) {
      source.expect('(');
      while (!source.take(')')) {
        results.add(binder(source.here(), source.word("a variable or ')'")));
        separator();
      }
    } else {
      results.add(binder(start, name));
    }
    source.expect('=');
    int opStart = source.here();
    Primitive op = Reader.primitive(source, depth);
    List<Atom> in = new ArrayList<>();
    while (source.lineGoesOn() && !source.at('}')) {
      in.add(atom());
    }
    check(opStart, op, in, results.stream().map(Binder::aval).toList());
    return new Equation(op, in, results.stream().map(this::bind).toList());
  }

  private void check(int start, Primitive op, List<Atom> in, List<Aval> declared) {
    List<Aval> actual;
    try {
      actual = op.resultAvals(in.stream().map(Atom::aval).toList());
    } catch (IllegalArgumentException e) {
      throw source.error(start, e);
    }
    if (!actual.equals(declared)) {
      String problem = "%s yields %s, declared are %s".formatted(op.mnemonic(), actual, declared);
      throw source.error(start, problem);
    }
  }

  /// A variable to be bound, and where it stands.
  private record Binder(int start, String name, Aval aval) {}

  private List<Var> binders() {
    List<Var> result = new ArrayList<>();
    while (!source.take(')')) {
      result.add(bind(binder(source.here(), source.word("a variable or ')'"))));
      separator();
    }
    return result;
  }

  private void separator() {
    if (!source.at(')')) {
      source.expect(',');
    }
  }

  private Binder binder(int start, String name) {
    source.expect(':');
    return new Binder(start, name, Reader.aval(source));
  }

  private Var bind(Binder binder) {
    Var v = new Var(binder.aval());
    if (scope.put(binder.name(), v) != null) {
      throw source.error(binder.start(), binder.name() + " is bound already");
    }
    return v;
  }

  private Atom atom() {
    int start = source.here();
    String word = source.word("a variable or a literal");
    if (source.touches(':')) {
      source.expect(':');
      Aval aval = Reader.aval(source);
      return new Literal(aval, Reader.bits(source, start, word, aval.dtype()));
    }
    Var v = scope.get(word);
    if (v == null) {
      throw source.error(start, word + " is not bound");
    }
    return v;
  }
}
