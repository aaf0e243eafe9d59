package org.ntk4j.cuda.text;

import java.util.List;
import java.util.Map;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// A nest that becomes one kernel.
///
/// @param outputs loops that threads are spread over, the fastest last
/// @param visited loops that one thread goes through, combining with memory in each iteration
/// @param summed loops within those, along which it combines in registers
/// @param mapping over threads; [NestMapping.Threads] if anything is visited
/// @param atomic whether other threads may combine with the same elements
/// @param scratch slots that are in the scratch memory: where
/// @param partials where in the scratch memory the pieces of each combining store are, if the terms
///   are cut
record NestPlan(
    LoopNest nest,
    List<Integer> outputs,
    List<Integer> visited,
    List<Integer> summed,
    NestMapping mapping,
    boolean atomic,
    Map<Integer, Long> scratch,
    List<Long> partials) {
  NestPlan {
    outputs = List.copyOf(outputs);
    visited = List.copyOf(visited);
    summed = List.copyOf(summed);
    scratch = Map.copyOf(scratch);
    partials = List.copyOf(partials);
  }

  /// Number of iterations of some loops.
  long count(List<Integer> loops) {
    return loops.stream().map(nest.extents()::get).reduce(1L, (a, b) -> a * b);
  }

  /// Number of outputs.
  long count() {
    return count(outputs);
  }

  /// Stores that combine.
  List<Store> combining() {
    return nest.stores().stream().filter(s -> s.combine() != Combine.SET).toList();
  }

  /// The same with these places in the scratch memory.
  NestPlan withPartials(List<Long> places) {
    return new NestPlan(nest, outputs, visited, summed, mapping, atomic, scratch, places);
  }
}
