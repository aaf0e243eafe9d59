package org.ntk4j.cli.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// One contender on one network.
///
/// @param contender its name
/// @param peer whether it is another library
/// @param failure why there are no numbers
/// @param version what ran
/// @param whole seconds from the start of a process until the kernel was on disk, one for each
///   process
/// @param first seconds of the first call, planning and compilation included
/// @param warm seconds of later calls
/// @param processor processor seconds of later calls, of all threads
/// @param peakBytes peak resident memory until the kernel was on disk
/// @param peakBytesLater the same until the end of the later calls
/// @param operations arithmetic operations, as planned or as the compiler counts them
/// @param difference largest difference from [Truth], relative to the largest element
/// @param load processes that ran or wanted to before it started, on average over a minute
record Measurement(
    String contender,
    boolean peer,
    Optional<String> failure,
    String version,
    List<Double> whole,
    OptionalDouble first,
    List<Double> warm,
    List<Double> processor,
    OptionalDouble peakBytes,
    OptionalDouble peakBytesLater,
    OptionalDouble operations,
    OptionalDouble difference,
    OptionalDouble load) {
  Measurement {
    whole = List.copyOf(whole);
    warm = List.copyOf(warm);
    processor = List.copyOf(processor);
  }

  /// One without numbers.
  static Measurement failed(Contender contender, String reason) {
    OptionalDouble none = OptionalDouble.empty();
    return new Measurement(
        contender.name(),
        contender.peer(),
        Optional.of(reason),
        "",
        List.of(),
        none,
        List.of(),
        List.of(),
        none,
        none,
        none,
        none,
        Machine.load());
  }

  /// One with the numbers that a process told.
  static Measurement of(
      Contender contender,
      List<Double> whole,
      ProcessReport told,
      double difference,
      OptionalDouble load) {
    return new Measurement(
        contender.name(),
        contender.peer(),
        Optional.empty(),
        told.text(ProcessReport.VERSION),
        whole,
        told.number(ProcessReport.FIRST),
        told.all(ProcessReport.WARM),
        told.all(ProcessReport.PROCESSOR),
        told.number(ProcessReport.PEAK),
        told.number(ProcessReport.PEAK_LATER),
        told.number(ProcessReport.OPERATIONS),
        OptionalDouble.of(difference),
        load);
  }

  /// The median of `warm`.
  OptionalDouble warmMedian() {
    return median(warm);
  }

  /// The median of `whole`.
  OptionalDouble wholeMedian() {
    return median(whole);
  }

  private static OptionalDouble median(List<Double> numbers) {
    if (numbers.isEmpty()) {
      return OptionalDouble.empty();
    }
    List<Double> sorted = numbers.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return OptionalDouble.of(
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
  }

  /// All of it, for machines.
  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("contender", contender);
    failure.ifPresent(reason -> map.put("failure", reason));
    if (failure.isEmpty()) {
      map.put("version", version);
      map.put("wholeSeconds", whole);
      map.put("warmSeconds", warm);
      map.put("warmProcessorSeconds", processor);
    }
    put(map, "wholeMedian", wholeMedian());
    put(map, "first", first);
    put(map, "warmMedian", warmMedian());
    put(map, "peakBytes", peakBytes);
    put(map, "peakBytesLater", peakBytesLater);
    put(map, "operations", operations);
    put(map, "difference", difference);
    put(map, "load", load);
    return map;
  }

  private static void put(Map<String, Object> map, String name, OptionalDouble number) {
    number.ifPresent(value -> map.put(name, value));
  }
}
