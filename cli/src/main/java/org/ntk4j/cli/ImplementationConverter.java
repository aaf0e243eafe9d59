package org.ntk4j.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ntk4j.ntk.Implementation;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// `auto`, `jacobian-contraction` and so on.
final class ImplementationConverter implements ITypeConverter<Implementation> {
  static String name(Implementation implementation) {
    return implementation.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public Implementation convert(String text) {
    List<Implementation> all = Arrays.asList(Implementation.values());
    return all.stream()
        .filter(i -> name(i).equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() ->
            new TypeConversionException(
                "'%s' is none of %s"
                    .formatted(
                        text,
                        String.join(
                            ", ", all.stream().map(ImplementationConverter::name).toList()))));
  }
}
