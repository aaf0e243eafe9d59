package org.ntk4j.ir.text;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;

/// Reads primitives and their parameters, guided by the types of the components of their records.
final class Reader {
  private Reader() {}

  /// Reads `mnemonic[name=value ..]`.
  static Primitive primitive(Source source, int depth) {
    int start = source.here();
    String mnemonic = source.word("a primitive");
    Mnemonics.Entry entry =
        Mnemonics.find(mnemonic)
            .orElseThrow(() -> source.error(start, "there is no primitive " + mnemonic));
    boolean parameters = !Parameters.shown(entry.type()).isEmpty();
    if (parameters) {
      source.expect('[');
    }
    Object[] values = fields(source, depth, entry.type(), entry);
    if (parameters) {
      source.expect(']');
    }
    return (Primitive) Mnemonics.create(entry.type(), values);
  }

  private static Object[] fields(Source source, int depth, Class<?> type, Mnemonics.Entry entry) {
    List<Object> values = new ArrayList<>();
    for (RecordComponent c : type.getRecordComponents()) {
      if (Parameters.isInMnemonic(c)) {
        values.add(
            entry.row().orElseThrow(() -> new IllegalStateException("bug: no row for " + c)));
      } else {
        source.expectWord(c.getName());
        source.expect('=');
        values.add(value(source, depth, c.getGenericType(), entry));
      }
    }
    return values.toArray();
  }

  private static Object value(Source source, int depth, Type type, Mnemonics.Entry entry) {
    if (type instanceof ParameterizedType list) {
      return list(source, depth, list.getActualTypeArguments()[0], entry);
    } else if (type == int.class || type == Integer.class) {
      return (int) integer(source, Integer.MIN_VALUE, Integer.MAX_VALUE);
    } else if (type == long.class || type == Long.class) {
      return integer(source, Long.MIN_VALUE, Long.MAX_VALUE);
    } else if (type == boolean.class) {
      int start = source.here();
      return bits(source, start, source.word("true or false"), DType.BOOL) != 0;
    } else if (type == String.class) {
      return source.quoted();
    } else if (type == DType.class) {
      return dtype(source, "a dtype");
    } else if (type == Shape.class) {
      return shape(source);
    } else if (type == Tensor.class) {
      return tensor(source);
    } else if (type == Program.class) {
      return Parser.nested(source, depth + 1);
    } else if (type instanceof Class<?> c && c.isRecord()) {
      source.expect('(');
      Object result = Mnemonics.create(c, fields(source, depth, c, entry));
      source.expect(')');
      return result;
    }
    throw new IllegalStateException("bug: no text for " + type);
  }

  private static List<Object> list(Source source, int depth, Type element, Mnemonics.Entry entry) {
    source.expect('[');
    List<Object> result = new ArrayList<>();
    if (source.take(']')) {
      return result;
    }
    do {
      result.add(value(source, depth, element, entry));
    } while (source.take(','));
    source.expect(']');
    return result;
  }

  /// Reads an aval, e.g. `f64[2,3]`.
  static Aval aval(Source source) {
    return new Aval(dtype(source, "an aval"), shape(source));
  }

  private static DType dtype(Source source, String expected) {
    int start = source.here();
    String word = source.word(expected);
    try {
      return DType.parse(word);
    } catch (IllegalArgumentException e) {
      throw source.error(start, e);
    }
  }

  private static Shape shape(Source source) {
    int start = source.here();
    source.expect('[');
    List<Long> dims = new ArrayList<>();
    if (!source.take(']')) {
      do {
        dims.add(integer(source, 0, Long.MAX_VALUE));
      } while (source.take(','));
      source.expect(']');
    }
    try {
      return Shape.of(dims);
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw source.error(start, "no shape: " + e.getMessage());
    }
  }

  private static Tensor tensor(Source source) {
    int start = source.here();
    Aval aval = aval(source);
    source.expect('{');
    List<Long> elements = new ArrayList<>();
    while (!source.take('}')) {
      int at = source.here();
      elements.add(bits(source, at, source.word("an element or '}'"), aval.dtype()));
    }
    if (elements.size() != aval.size()) {
      throw source.error(
          start, aval + " has " + aval.size() + " elements, given " + elements.size());
    }
    Tensor result = Tensor.zeros(aval.dtype(), aval.shape());
    for (int i = 0; i < elements.size(); i++) {
      if (aval.isFloating()) {
        result.setDouble(i, Double.longBitsToDouble(elements.get(i)));
      } else {
        result.setLong(i, elements.get(i));
      }
    }
    return result;
  }

  private static long integer(Source source, long min, long max) {
    int start = source.here();
    return integer(source, start, source.word("an integer"), min, max);
  }

  private static long integer(Source source, int start, String word, long min, long max) {
    try {
      long result = Long.parseLong(word);
      if (min <= result && result <= max) {
        return result;
      }
    } catch (NumberFormatException e) {
      // Falls through: the word is not an integer at all, or one that no long holds.
    }
    String problem = "expected an integer from %d to %d, found '%s'".formatted(min, max, word);
    throw source.error(start, problem);
  }

  /// The number `word` as [org.ntk4j.ir.Atom.Literal] holds it.
  static long bits(Source source, int start, String word, DType dtype) {
    return switch (dtype) {
      case F32 -> Double.doubleToLongBits(floating(source, start, word, true));
      case F64 -> Double.doubleToLongBits(floating(source, start, word, false));
      case I32 -> integer(source, start, word, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case I64 -> integer(source, start, word, Long.MIN_VALUE, Long.MAX_VALUE);
      case BOOL -> {
        if (!word.equals("true") && !word.equals("false")) {
          throw source.error(start, "expected true or false, found '" + word + "'");
        }
        yield word.equals("true") ? 1 : 0;
      }
    };
  }

  private static double floating(Source source, int start, String word, boolean single) {
    try {
      return single ? Float.parseFloat(word) : Double.parseDouble(word);
    } catch (NumberFormatException e) {
      throw source.error(start, "expected a number, found '" + word + "'");
    }
  }
}
