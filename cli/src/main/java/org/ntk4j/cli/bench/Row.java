package org.ntk4j.cli.bench;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/// All contenders on one network.
///
/// @param truthExamples how many examples the truth is of
/// @param measurements ours first
record Row(BenchmarkNetwork network, long truthExamples, List<Measurement> measurements) {
  Row {
    measurements = List.copyOf(measurements);
  }

  /// This library.
  Measurement ours() {
    return measurements.getFirst();
  }

  /// The other libraries.
  List<Measurement> peers() {
    return measurements.stream().filter(Measurement::peer).toList();
  }

  /// The peer with the smallest of these numbers.
  Optional<Measurement> bestPeer(Function<Measurement, OptionalDouble> number) {
    return peers().stream()
        .filter(m -> number.apply(m).isPresent())
        .min(Comparator.comparingDouble(m -> number.apply(m).orElseThrow()));
  }

  /// The peer whose later calls are the fastest: the one that is compared with.
  Optional<Measurement> best() {
    return bestPeer(Measurement::warmMedian);
  }

  /// Ours divided by that of the fastest peer.
  OptionalDouble ratio(Function<Measurement, OptionalDouble> number) {
    return ratio(number, best());
  }

  /// Ours divided by the smallest of any peer.
  OptionalDouble ratioToSmallest(Function<Measurement, OptionalDouble> number) {
    return ratio(number, bestPeer(number));
  }

  private OptionalDouble ratio(
      Function<Measurement, OptionalDouble> number, Optional<Measurement> peer) {
    OptionalDouble mine = number.apply(ours());
    OptionalDouble theirs = peer.map(number).orElse(OptionalDouble.empty());
    return mine.isPresent() && theirs.isPresent()
        ? OptionalDouble.of(mine.getAsDouble() / theirs.getAsDouble())
        : OptionalDouble.empty();
  }

  /// All of it, for machines.
  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("network", network.name());
    map.put("title", network.title());
    map.put("examples", network.examples());
    map.put("outputs", network.outputs());
    map.put("parameters", network.parameterCount());
    map.put("examplesOfTruth", truthExamples);
    map.put("measurements", measurements.stream().map(Measurement::asMap).toList());
    best().ifPresent(peer -> map.put("bestPeer", peer.contender()));
    put(map, "warmRatio", ratio(Measurement::warmMedian));
    put(map, "firstRatio", ratioToSmallest(Measurement::first));
    put(map, "wholeRatio", ratioToSmallest(Measurement::wholeMedian));
    put(map, "peakRatio", ratio(Measurement::peakBytes));
    put(map, "peakRatioToSmallest", ratioToSmallest(Measurement::peakBytes));
    return map;
  }

  private static void put(Map<String, Object> map, String name, OptionalDouble number) {
    number.ifPresent(value -> map.put(name, value));
  }
}
