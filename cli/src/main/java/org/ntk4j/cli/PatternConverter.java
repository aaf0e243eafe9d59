package org.ntk4j.cli;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A regular expression; what is wrong with one is said in a line.
final class PatternConverter implements ITypeConverter<Pattern> {
  @Override
  public Pattern convert(String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new TypeConversionException(
          "'%s' is no regular expression: %s at position %d"
              .formatted(text, e.getDescription(), Math.max(e.getIndex(), 0)));
    }
  }
}
