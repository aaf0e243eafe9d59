package org.ntk4j.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ntk4j.ntk.MemoryLimit;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// `4g`, `512m`, `70%`: powers of 1000, which is never more than what is meant.
final class MemoryConverter implements ITypeConverter<MemoryLimit> {
  private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)([kmgt]?)(?:b|ib)?");
  private static final Pattern FRACTION = Pattern.compile("(\\d+(?:\\.\\d+)?)%");

  @Override
  public MemoryLimit convert(String text) {
    String small = text.strip().toLowerCase(Locale.ROOT);
    try {
      Matcher fraction = FRACTION.matcher(small);
      if (fraction.matches()) {
        double percent = Double.parseDouble(fraction.group(1));
        if (!(percent > 0 && percent <= 100)) {
          throw new TypeConversionException(
              "'" + text + "': expected more than 0% of what is free, and at most 100%");
        }
        return new MemoryLimit.OfFree(percent / 100);
      }
      Matcher size = SIZE.matcher(small);
      if (size.matches()) {
        double bytes = Double.parseDouble(size.group(1)) * unit(size.group(2));
        return new MemoryLimit.Bytes((long) bytes);
      }
    } catch (IllegalArgumentException outOfRange) {
      throw new TypeConversionException("'" + text + "': " + outOfRange.getMessage());
    }
    throw new TypeConversionException(
        "'" + text + "' is no amount of memory; expected one such as 4g, 512m or 70%");
  }

  private static double unit(String name) {
    return Math.pow(1000, " kmgt".indexOf(name.isEmpty() ? " " : name));
  }
}
