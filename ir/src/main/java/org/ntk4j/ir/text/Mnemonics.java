package org.ntk4j.ir.text;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;

/// The primitive of each mnemonic, found in the sealed hierarchy and its enums.
final class Mnemonics {
  private static final Map<String, Entry> ENTRIES = entries();

  private Mnemonics() {}

  /// A type of primitive, and the enum row that its mnemonic names, if any.
  record Entry(Class<?> type, Optional<Object> row) {}

  /// The primitive called `mnemonic`.
  static Optional<Entry> find(String mnemonic) {
    return Optional.ofNullable(ENTRIES.get(mnemonic));
  }

  /// Every mnemonic.
  static List<String> all() {
    return ENTRIES.keySet().stream().sorted().toList();
  }

  /// The record of `type` with these components.
  static Object create(Class<?> type, Object[] values) {
    Class<?>[] types = components(type).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return type.getConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("bug: " + type + " refuses " + Arrays.toString(values), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("bug: no canonical constructor of " + type, e);
    }
  }

  private static Map<String, Entry> entries() {
    Map<String, Entry> result = new HashMap<>();
    leaves(Primitive.class).flatMap(Mnemonics::rows).forEach(entry -> add(result, entry));
    return result;
  }

  private static void add(Map<String, Entry> entries, Entry entry) {
    String mnemonic = ((Primitive) sample(entry.type(), entry.row())).mnemonic();
    if (entries.put(mnemonic, entry) != null) {
      throw new IllegalStateException("bug: two primitives are called " + mnemonic);
    }
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    Class<?>[] permitted = type.getPermittedSubclasses();
    return permitted == null
        ? Stream.of(type)
        : Arrays.stream(permitted).flatMap(Mnemonics::leaves);
  }

  private static Stream<Entry> rows(Class<?> type) {
    return components(type)
        .filter(Parameters::isInMnemonic)
        .findFirst()
        .<Stream<Entry>>map(
            c -> Arrays.stream(constants(c)).map(row -> new Entry(type, Optional.of(row))))
        .orElseGet(() -> Stream.of(new Entry(type, Optional.empty())));
  }

  private static Object[] constants(RecordComponent c) {
    return Objects.requireNonNull(c.getType().getEnumConstants(), "bug: not an enum");
  }

  private static Stream<RecordComponent> components(Class<?> type) {
    return Arrays.stream(
        Objects.requireNonNull(type.getRecordComponents(), () -> "bug: not a record: " + type));
  }

  /// An instance to ask for its mnemonic; its parameters are empty.
  private static Object sample(Class<?> type, Optional<Object> row) {
    Function<RecordComponent, Object> value =
        c -> Parameters.isInMnemonic(c) ? row.orElseThrow() : empty(c.getType());
    return create(type, components(type).map(value).toArray());
  }

  private static Object empty(Class<?> type) {
    if (type == int.class) {
      return 0;
    } else if (type == long.class) {
      return 0L;
    } else if (type == boolean.class) {
      return false;
    } else if (type == List.class) {
      return List.of();
    } else if (type == String.class) {
      return "";
    } else if (type == DType.class) {
      return DType.F32;
    } else if (type == Shape.class) {
      return Shape.SCALAR;
    } else if (type == Tensor.class) {
      return Tensor.zeros(DType.F32, Shape.SCALAR);
    } else if (type == Program.class) {
      return new Program(List.of(), List.of(), List.of());
    }
    return sample(type, Optional.empty());
  }
}
