package org.ntk4j.cuda.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ntk4j.core.Tensor;

/// Where the inputs of a call are: in its context, to which they travel, or where somebody holds
/// them.
///
/// @param inputs for each input who holds it; empty if it travels
record Residence(List<Optional<Spot>> inputs) {
  /// One of some tensors that are held.
  record Spot(HeldTensors held, int number) {
    long address() {
      return held.copy()
          .orElseThrow(() -> new IllegalStateException("bug: no copy"))
          .address(number);
    }
  }

  Residence {
    inputs = List.copyOf(inputs);
  }

  /// All inputs travel.
  static Residence none(int inputs) {
    return new Residence(Collections.nCopies(inputs, Optional.empty()));
  }

  /// Those of `arguments` that are read and held are where they are held.
  static Residence of(Code code, List<Tensor> arguments, List<HeldTensors> held) {
    List<Optional<Spot>> inputs = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      inputs.add(code.reads(i) ? spot(arguments.get(i), held) : Optional.empty());
    }
    return new Residence(inputs);
  }

  private static Optional<Spot> spot(Tensor argument, List<HeldTensors> all) {
    for (HeldTensors held : all) {
      OptionalInt number = held.number(argument);
      if (number.isPresent()) {
        return Optional.of(new Spot(held, number.getAsInt()));
      }
    }
    return Optional.empty();
  }

  /// Whether input `i` travels.
  boolean travels(int i) {
    return inputs.get(i).isEmpty();
  }

  /// Everything that holds an input.
  List<HeldTensors> held() {
    return inputs.stream().flatMap(Optional::stream).map(Spot::held).distinct().toList();
  }

  /// The numbers of the inputs' tensors among those of `held`.
  List<Integer> numbers(HeldTensors held) {
    return inputs.stream()
        .flatMap(Optional::stream)
        .filter(spot -> spot.held() == held)
        .map(Spot::number)
        .distinct()
        .toList();
  }
}
