package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// All operators, by family.
public final class Operators {
  private static final List<List<Operator>> FAMILIES =
      List.of(
          ActivationOperators.LIST,
          AttentionOperators.LIST,
          BranchOperators.LIST,
          ConvolutionOperators.LIST,
          CreationOperators.LIST,
          ElementwiseOperators.LIST,
          IndexingOperators.LIST,
          LegacyOperators.LIST,
          LogicOperators.LIST,
          LoopOperators.LIST,
          LossOperators.LIST,
          MovementOperators.LIST,
          NormalizationOperators.LIST,
          PoolingOperators.LIST,
          ProductOperators.LIST,
          RandomOperators.LIST,
          RecurrentOperators.LIST,
          RecentOperators.LIST,
          ReductionOperators.LIST,
          RegionOperators.LIST,
          ResizeOperators.LIST,
          SamplingOperators.LIST,
          ScatterOperators.LIST,
          SequenceOperators.LIST,
          ShapeOperators.LIST,
          SignalOperators.LIST,
          TextOperators.LIST);

  private static final Map<String, List<Operator>> BY_NAME =
      FAMILIES.stream()
          .flatMap(List::stream)
          .collect(Collectors.groupingBy(Operator::name, TreeMap::new, Collectors.toList()));

  private Operators() {}

  /// All rows.
  public static List<Operator> all() {
    List<Operator> rows = new ArrayList<>();
    FAMILIES.forEach(rows::addAll);
    return List.copyOf(rows);
  }

  /// The row of operator `name` of the default domain that holds in opset version `opset`.
  public static Optional<Operator> find(String name, long opset) {
    return BY_NAME.getOrDefault(name, List.of()).stream()
        .filter(row -> row.since() <= opset)
        .max(Comparator.comparingInt(Operator::since));
  }
}
