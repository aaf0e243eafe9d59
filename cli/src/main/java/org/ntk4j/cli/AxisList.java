package org.ntk4j.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Axes of an output: `-1`, `0,2`, or `none`.
record AxisList(List<Integer> axes) {
  AxisList {
    axes = List.copyOf(axes);
  }

  int[] toArray() {
    return axes.stream().mapToInt(a -> a).toArray();
  }

  static final class Converter implements ITypeConverter<AxisList> {
    @Override
    public AxisList convert(String text) {
      if (text.equals("none")) {
        return new AxisList(List.of());
      }
      List<Integer> axes = new ArrayList<>();
      for (String part : text.split(",", -1)) {
        try {
          axes.add(Integer.valueOf(part.strip()));
        } catch (NumberFormatException e) {
          throw new TypeConversionException(
              "'" + text + "' are no axes; expected numbers such as -1 or 0,2, or none");
        }
      }
      return new AxisList(axes);
    }
  }
}
