package org.ntk4j.ir.text;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;

/// Prints the parameters of a primitive: the components of its record in order of declaration.
///
/// A component that is a row of an enum other than [DType] is told by the mnemonic and left out.
final class Parameters {
  private Parameters() {}

  /// Appends `mnemonic[name=value ..]`.
  static void print(StringBuilder out, String indent, Primitive p) {
    out.append(p.mnemonic());
    List<RecordComponent> shown = shown(p.getClass());
    if (!shown.isEmpty()) {
      out.append('[');
      fields(out, indent, shown, p);
      out.append(']');
    }
  }

  /// The components of a record type that appear in the text.
  static List<RecordComponent> shown(Class<?> type) {
    RecordComponent[] all =
        Objects.requireNonNull(type.getRecordComponents(), "bug: a primitive is not a record");
    return Arrays.stream(all).filter(c -> !isInMnemonic(c)).toList();
  }

  /// Whether the mnemonic tells the value of this component.
  static boolean isInMnemonic(RecordComponent c) {
    return c.getType().isEnum() && c.getType() != DType.class;
  }

  /// A number so that it is read back exactly.
  static String number(DType dtype, double value, long bits) {
    return switch (dtype) {
      case F32 -> Float.toString((float) value);
      case F64 -> Double.toString(value);
      case I32, I64 -> Long.toString(bits);
      case BOOL -> Boolean.toString(bits != 0);
    };
  }

  private static void fields(
      StringBuilder out, String indent, List<RecordComponent> components, Object owner) {
    String separator = "";
    for (RecordComponent c : components) {
      out.append(separator).append(c.getName()).append('=');
      value(out, indent, read(c, owner));
      separator = " ";
    }
  }

  private static Object read(RecordComponent c, Object owner) {
    try {
      return c.getAccessor().invoke(owner);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("bug: cannot read " + c, e);
    }
  }

  private static void value(StringBuilder out, String indent, Object value) {
    switch (value) {
      case List<?> list -> list(out, indent, new ArrayList<>(list));
      case Program p -> Printer.nested(out, indent, p);
      case Tensor x -> tensor(out, x);
      case String s -> quoted(out, s);
      case Record r -> {
        out.append('(');
        fields(out, indent, shown(r.getClass()), r);
        out.append(')');
      }
      case Number n -> out.append(n);
      case Boolean b -> out.append(b);
      case DType dtype -> out.append(dtype);
      case Shape shape -> out.append(shape);
      case Object o -> throw new IllegalStateException("bug: no text for " + o.getClass());
    }
  }

  private static void list(StringBuilder out, String indent, List<Object> list) {
    String separator = "[";
    for (Object each : list) {
      out.append(separator);
      value(out, indent, each);
      separator = ",";
    }
    out.append(list.isEmpty() ? "[]" : "]");
  }

  private static void tensor(StringBuilder out, Tensor x) {
    out.append(new Aval(x.dtype(), x.shape())).append('{');
    for (long i = 0; i < x.size(); i++) {
      boolean floating = x.dtype().isFloating();
      double value = floating ? x.getDouble(i) : 0;
      out.append(i == 0 ? "" : " ").append(number(x.dtype(), value, floating ? 0 : x.getLong(i)));
    }
    out.append('}');
  }

  private static void quoted(StringBuilder out, String s) {
    out.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c >= ' ' && c <= '~') {
        out.append(c);
      } else {
        out.append('\\').append('u').append(Integer.toHexString(0x10000 | c).substring(1));
      }
    }
    out.append('"');
  }
}
