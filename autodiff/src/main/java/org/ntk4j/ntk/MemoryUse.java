package org.ntk4j.ntk;

import java.util.Optional;
import java.util.OptionalLong;

/// What memory a kernel took.
///
/// @param predictedBytes the peak predicted, with inputs and result
/// @param measuredBytes the peak of what was allocated, with inputs and result; absent if the
///   kernel was computed at once
/// @param tiles how it was cut; absent if it was computed at once
public record MemoryUse(
    long predictedBytes, OptionalLong measuredBytes, Optional<TilePlan> tiles) {}
