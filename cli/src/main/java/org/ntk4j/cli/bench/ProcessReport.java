package org.ntk4j.cli.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What a process that was timed tells of itself: an object of numbers, lists of numbers and texts.
final class ProcessReport {
  /// Seconds since 1970 when the kernel was on disk.
  static final String ON_DISK = "onDiskAt";

  /// Seconds of the first call, planning and compilation included.
  static final String FIRST = "firstSeconds";

  /// Seconds of later calls.
  static final String WARM = "warmSeconds";

  /// Processor seconds of later calls, of all threads.
  static final String PROCESSOR = "warmProcessorSeconds";

  /// Peak resident memory when the kernel was on disk.
  static final String PEAK = "peakBytes";

  /// Peak resident memory at the end.
  static final String PEAK_LATER = "peakBytesLater";

  /// Arithmetic operations, as planned or as the compiler counts them.
  static final String OPERATIONS = "operations";

  /// What ran.
  static final String VERSION = "version";

  private final Map<String, List<Double>> numbers = new LinkedHashMap<>();
  private final Map<String, String> texts = new LinkedHashMap<>();

  private ProcessReport() {}

  /// Reads it from a JSON file.
  static ProcessReport read(Path file) throws IOException {
    ProcessReport report = new ProcessReport();
    try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
      String name = "";
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.FIELD_NAME) {
          name = json.getText();
        } else if (token.isNumeric()) {
          report.numbers.computeIfAbsent(name, _ -> new ArrayList<>()).add(json.getDoubleValue());
        } else if (token == JsonToken.VALUE_STRING) {
          report.texts.put(name, json.getText());
        }
      }
    }
    return report;
  }

  /// The numbers of this name; none if it was not told.
  List<Double> all(String name) {
    return numbers.getOrDefault(name, List.of());
  }

  /// The number of this name.
  OptionalDouble number(String name) {
    return all(name).stream().mapToDouble(Double::doubleValue).findFirst();
  }

  /// The whole number of this name.
  OptionalLong whole(String name) {
    return all(name).stream().mapToLong(Double::longValue).findFirst();
  }

  /// The text of this name.
  String text(String name) {
    return texts.getOrDefault(name, "");
  }
}
