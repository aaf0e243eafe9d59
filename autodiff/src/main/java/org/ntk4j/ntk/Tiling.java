package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ntk4j.ntk.Plans.Candidate;

/// The choice of an implementation under a limit of memory: at once if that fits, else in tiles.
final class Tiling {
  private final NtkOptions options;
  private final KernelSetting setting;
  private final TileNetwork.Recorders recorders;
  private final long limit;

  Tiling(NtkOptions options, KernelSetting setting, TileNetwork.Recorders recorders, long limit) {
    this.options = options;
    this.setting = setting;
    this.recorders = recorders;
    this.limit = limit;
  }

  /// An implementation, and its tiles.
  record Chosen(Candidate candidate, Optional<TiledKernel> tiles) {
    double seconds() {
      return tiles.map(t -> t.plan().seconds()).orElse(candidate.prediction().seconds());
    }
  }

  /// Of `candidates`, cheapest first, the one that is fastest within the limit.
  ///
  /// @param independence what was found out about the examples
  /// @throws MemoryException if none fits
  Chosen choose(List<Candidate> candidates, String independence) {
    Candidate cheapest = candidates.getFirst();
    if (options.memory().tiles().isPresent()) {
      return forced(cheapest, options.memory().tiles().get(), independence);
    }
    if (cheapest.prediction().peakBytes() <= limit) {
      return new Chosen(cheapest, Optional.empty());
    }
    Optional<Chosen> best =
        candidates.stream()
            .filter(c -> c.prediction().peakBytes() <= limit)
            .findFirst()
            .map(c -> new Chosen(c, Optional.empty()));
    Optional<String> obstacle = obstacle(independence);
    if (obstacle.isPresent()) {
      return best.orElseThrow(() -> refused(candidates, "it cannot be cut: " + obstacle.get()));
    }
    if (TileSearch.fixedBytes(setting) > limit) {
      return best.orElseThrow(() ->
          refused(
              candidates,
              "inputs and result alone take " + TilePlan.text(TileSearch.fixedBytes(setting))));
    }
    return inTiles(candidates, best);
  }

  private Chosen inTiles(List<Candidate> candidates, Optional<Chosen> atOnce) {
    Optional<Chosen> best = atOnce;
    List<TiledKernel> tooLarge = new ArrayList<>();
    for (Candidate candidate : candidates) {
      // Tiles take no less time than the kernel at once.
      if (best.isPresent() && best.get().seconds() <= candidate.prediction().seconds()) {
        break;
      }
      TiledKernel tiles = search(candidate).best();
      if (tiles.plan().peakBytes() > limit) {
        tooLarge.add(tiles);
        continue;
      }
      Chosen chosen = new Chosen(candidate, Optional.of(tiles));
      best = best.filter(b -> b.seconds() <= chosen.seconds()).or(() -> Optional.of(chosen));
    }
    return best.orElseThrow(() -> refused(candidates, tooLarge));
  }

  private TileSearch search(Candidate candidate) {
    TileNetwork first = recorders.first(setting.first().orElseThrow());
    TileNetwork second =
        setting.symmetric() ? first : recorders.second(setting.second().orElseThrow());
    return new TileSearch(
        options,
        candidate.setting(),
        candidate.prediction().implementation(),
        first,
        second,
        limit,
        candidate.prediction());
  }

  private Chosen forced(Candidate candidate, TileSizes sizes, String independence) {
    obstacle(independence)
        .ifPresent(reason -> {
          throw new IllegalArgumentException("the kernel cannot be cut into tiles: " + reason);
        });
    TiledKernel tiles = search(candidate).forced(sizes);
    return new Chosen(candidate, Optional.of(tiles));
  }

  /// Why the kernel cannot be cut, if so.
  private Optional<String> obstacle(String independence) {
    if (setting.first().isEmpty() || !setting.symmetric() && setting.second().isEmpty()) {
      return Optional.of(independence);
    }
    long kinds =
        Stream.concat(setting.problem().entries().stream(), setting.nngp().stream())
            .map(entry -> entry.axes().unifies(0))
            .distinct()
            .count();
    return kinds > 1
        ? Optional.of("examples are traced or diagonal in one output and not in another")
        : Optional.empty();
  }

  private MemoryException refused(List<Candidate> candidates, String reason) {
    long needed = candidates.stream().mapToLong(c -> c.prediction().peakBytes()).min().orElse(0);
    return new MemoryException(
        "the kernel needs %s of memory and may take %s; %s"
            .formatted(TilePlan.text(needed), TilePlan.text(limit), reason),
        needed,
        limit);
  }

  private MemoryException refused(List<Candidate> candidates, List<TiledKernel> tooLarge) {
    TilePlan smallest =
        tooLarge.stream()
            .map(TiledKernel::plan)
            .min(Comparator.comparingLong(TilePlan::peakBytes))
            .orElseThrow();
    long once = candidates.stream().mapToLong(c -> c.prediction().peakBytes()).min().orElse(0);
    return new MemoryException(
        "the kernel needs %s of memory at once and %s in the smallest tiles (%s), and may take %s"
            .formatted(
                TilePlan.text(once),
                TilePlan.text(smallest.peakBytes()),
                smallest.sizes(),
                TilePlan.text(limit)),
        smallest.peakBytes(),
        limit);
  }
}
