package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.nest.Applied;
import org.ntk4j.ir.nest.Dependence;
import org.ntk4j.ir.nest.Hoist;
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Apply;
import org.ntk4j.ir.schedule.Expr.Bound;
import org.ntk4j.ir.schedule.Expr.Constant;
import org.ntk4j.ir.schedule.Expr.Guarded;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.Expr.Position;
import org.ntk4j.ir.schedule.Expr.Quotient;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.Index.Scaled;
import org.ntk4j.ir.schedule.LoopNest;

/// Expressions and indices in CUDA C, each computed once where it can be.
final class NestValues implements Hoist.Place {
  private final LoopNest nest;
  private final NestCode code;
  private final Dependence dependence;
  private final NestWidth width;
  private final NestScalars scalars;

  NestValues(LoopNest nest, NestCode code, Dependence dependence, NestWidth width) {
    this.nest = nest;
    this.code = code;
    this.dependence = dependence;
    this.width = width;
    this.scalars = new NestScalars(code);
  }

  /// The value of `e`: a name or a constant.
  String of(Expr e) {
    return code.known(e)
        .orElseGet(() -> {
          String value = named(e);
          code.know(e, value);
          return value;
        });
  }

  private String named(Expr e) {
    return switch (e) {
      case Load load -> code.define("x", NestTypes.of(load.dtype()), element(load));
      case Constant(var dtype, long bits) -> NestTypes.constant(dtype, bits);
      case Position(var dtype, var at) -> position(dtype, at);
      case Quotient quotient -> wide(quotient(quotient));
      case Apply apply -> apply(apply);
      case Guarded guarded -> guarded(guarded);
    };
  }

  private String apply(Apply e) {
    List<String> operands = new ArrayList<>();
    for (Expr x : e.operands()) {
      operands.add(of(x));
    }
    String value = Applied.of(e, operands, scalars);
    boolean done = value.matches("\\w+");
    return done ? value : code.define("v", NestTypes.of(e.dtype()), value);
  }

  private String position(DType dtype, Index at) {
    String sum = of(at);
    String number = sum.contains(" ") ? "(" + sum + ")" : sum;
    String value = "(" + NestTypes.of(dtype) + ")" + number;
    return code.define("v", NestTypes.of(dtype), value);
  }

  /// As an `i64`.
  private String wide(String number) {
    return width.isNarrow() ? "(long long)" + number : number;
  }

  private String quotient(Quotient e) {
    String suffix = width.isNarrow() ? "u" : "ull";
    String value = "(" + width.unsigned() + ")(" + of(e.value()) + ")";
    if (e.divisor() != 1) {
      value += " / " + e.divisor() + suffix;
    }
    if (e.modulus() != 0) {
      value += " % " + e.modulus() + suffix;
    }
    return code.define("j", width.type(), "(" + width.type() + ")(" + value + ")");
  }

  /// `inside` or `outside`, of which only one is computed.
  private String guarded(Guarded e) {
    String condition = condition(e.bounds());
    if (condition.equals("true")) {
      return of(e.inside());
    }
    NestCode.Captured inside = code.captured(() -> inlined(e.inside()));
    NestCode.Captured outside = code.captured(() -> inlined(e.outside()));
    String type = NestTypes.of(e.dtype());
    if (inside.text().isEmpty() && outside.text().isEmpty()) {
      return code.define("v", type, condition + " ? " + inside.value() + " : " + outside.value());
    }
    String name = code.fresh("v");
    code.line(type + " " + name + ";");
    code.line("if (" + condition + ") {");
    code.append(inside.text());
    code.line("  " + name + " = " + inside.value() + ";");
    code.line("} else {");
    code.append(outside.text());
    code.line("  " + name + " = " + outside.value() + ";");
    code.line("}");
    return name;
  }

  /// The value of `e`, of a load without a name of its own.
  private String inlined(Expr e) {
    return e instanceof Load load && code.known(e).isEmpty() ? element(load) : of(e);
  }

  private String element(Load load) {
    return element(load.slot(), load.at());
  }

  /// Element `at` of `slot`.
  String element(int slot, Index at) {
    return "p" + slot + "[" + of(at) + "]";
  }

  /// The address of element `at` of `slot`.
  String pointer(int slot, Index at) {
    String sum = of(at);
    return "p" + slot + " + " + (sum.contains(" ") ? "(" + sum + ")" : sum);
  }

  /// The value of `index`: a sum.
  String of(Index index) {
    StringBuilder sum = new StringBuilder();
    for (int d = 0; d < index.rank(); d++) {
      if (index.coefficient(d) != 0) {
        add(sum, code.variable(d), index.coefficient(d), width.suffix());
      }
    }
    for (Scaled scaled : index.dynamic()) {
      if (scaled.value() instanceof Quotient quotient) {
        add(sum, quotient(quotient), scaled.coefficient(), width.suffix());
      } else {
        DType dtype = scaled.value().dtype();
        String value = scalars.convert(dtype, DType.I64, of(scaled.value()));
        add(sum, value, scaled.coefficient(), "LL");
      }
    }
    if (index.offset() != 0 || sum.isEmpty()) {
      append(sum, index.offset(), Math.abs(index.offset()) + width.suffix());
    }
    return sum.toString();
  }

  private static void add(StringBuilder sum, String value, long factor, String suffix) {
    long size = Math.abs(factor);
    append(sum, factor, size == 1 ? value : value + " * " + size + suffix);
  }

  private static void append(StringBuilder sum, long sign, String size) {
    if (sum.isEmpty()) {
      sum.append(sign < 0 ? "-" : "");
    } else {
      sum.append(sign < 0 ? " - " : " + ");
    }
    sum.append(size);
  }

  /// The value of `index`: a name or a number.
  private String named(Index index) {
    String sum = of(index);
    if (sum.matches("\\w+")) {
      return sum;
    }
    boolean narrow =
        width.isNarrow() && index.dynamic().stream().allMatch(s -> s.value() instanceof Quotient);
    return code.define("j", narrow ? "int" : "long long", sum);
  }

  /// Whether all bounds hold: a name, or `true` if they always do.
  String condition(List<Bound> bounds) {
    List<String> parts = new ArrayList<>();
    bounds.forEach(b -> conditions(b, parts));
    return parts.isEmpty() ? "true" : code.define("in", "bool", String.join(" && ", parts));
  }

  private void conditions(Bound bound, List<String> parts) {
    Index value = bound.value();
    boolean affine = value.isAffine();
    String number = named(value);
    if (!affine || value.minimum(nest.extents()) < bound.from()) {
      parts.add(number + " >= " + bound.from());
    }
    if (!affine || value.maximum(nest.extents()) >= bound.to()) {
      parts.add(number + " < " + bound.to());
    }
    if (bound.step() != 1) {
      String rest = bound.from() == 0 ? number : "(" + number + " - " + bound.from() + ")";
      parts.add(rest + " % " + bound.step() + " == 0");
    }
  }

  /// Computes here what of the stores' values depends on no other loops than those that have
  /// variables here.
  void hoist() {
    Hoist.to(this, nest, dependence);
  }

  @Override
  public boolean knows(BitSet loops) {
    BitSet missing = (BitSet) loops.clone();
    missing.andNot(code.variables());
    return missing.isEmpty();
  }

  @Override
  public boolean speculates() {
    return false;
  }

  @Override
  public void compute(Expr e) {
    of(e);
  }

  /// Comparisons stay where they are needed.
  @Override
  public void decide(Bound bound) {
    bound.value().dynamic().forEach(s -> of(s.value()));
  }

  /// Sums stay where they are needed.
  @Override
  public void begin(Index index) {}
}
