package org.ntk4j.cpu.library;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ntk4j.core.DType;

/// Finds out who multiplies fastest on this machine: a product of each class by each that can do
/// it, in one thread; large ones first, until the time is over.
public final class MultiplierTrials {
  /// For all classes; what is not tried by then is multiplied by the usual one.
  private static final long NANOS_MAX = 400_000_000;

  /// For a trial of a class, which ends then if everyone had a run that counts.
  private static final long TRIAL_NANOS_MAX = 30_000_000;

  private static final int REPETITIONS = 7;
  private static final long ALIGNMENT = 64;

  /// Whoever is not faster by so much does not replace the usual one.
  private static final double CLEARLY = 0.9;

  private final OwnKernels own;
  private final Workers workers = new Workers(1);

  private MultiplierTrials(OwnKernels own) {
    this.own = own;
  }

  /// Who is clearly faster than the usual one, by classes of `dtype`.
  public static Map<ProductClass, Multiplier> measure(DType dtype, OwnKernels own) {
    own.compile(dtype); // Does not count: what is compiled is kept elsewhere.
    long start = System.nanoTime();
    MultiplierTrials trials = new MultiplierTrials(own);
    Map<ProductClass, Multiplier> better = new HashMap<>();
    for (ProductClass each : ProductClass.all(dtype)) {
      if (System.nanoTime() - start > NANOS_MAX) {
        break;
      }
      Multiplier fastest = trials.fastest(each);
      if (fastest != each.usual()) {
        better.put(each, fastest);
      }
    }
    return better;
  }

  private Multiplier fastest(ProductClass which) {
    List<Multiplier> candidates =
        which.candidates().stream().filter(MultiplierTrials::isThere).toList();
    if (candidates.size() < 2) {
      return which.usual();
    }
    int best = fastest(which, candidates);
    // Once may be chance.
    boolean again = candidates.get(best) == which.usual() || fastest(which, candidates) == best;
    return again ? candidates.get(best) : which.usual();
  }

  private int fastest(ProductClass which, List<Multiplier> candidates) {
    double[] nanos = nanos(which, candidates);
    int best = Math.max(0, candidates.indexOf(which.usual()));
    double limit = CLEARLY * nanos[best];
    for (int i = 0; i < nanos.length; i++) {
      if (nanos[i] < limit) {
        best = i;
        limit = nanos[i];
      }
    }
    return best;
  }

  private static boolean isThere(Multiplier m) {
    return switch (m) {
      case ONE_DNN -> Libraries.oneDnn();
      case OPEN_BLAS -> Libraries.openBlas();
      case DOT, PANELS -> true;
    };
  }

  /// The least of some runs of each, by turns.
  private double[] nanos(ProductClass which, List<Multiplier> candidates) {
    GemmProblem p = which.sample();
    List<PreparedGemm> prepared =
        candidates.stream()
            .map(m -> Gemm.prepare(p, new Multipliers(Map.of(which, m), Optional.of(own))))
            .toList();
    long scratch = prepared.stream().mapToLong(g -> g.scratchBytes(1)).max().orElse(0);
    double[] least = new double[candidates.size()];
    try (Arena arena = Arena.ofConfined()) {
      // Zeros: nothing that is multiplied takes longer.
      long a = bytes(arena, p, p.m() * p.k());
      long b = p.symmetric() ? a : bytes(arena, p, p.k() * p.n());
      long c = bytes(arena, p, p.m() * p.n());
      long work = arena.allocate(Math.max(ALIGNMENT, scratch), ALIGNMENT).address();
      long first = System.nanoTime();
      for (int r = 0; r <= REPETITIONS; r++) {
        if (r > 1 && System.nanoTime() - first > TRIAL_NANOS_MAX) {
          break;
        }
        for (int i = 0; i < least.length; i++) {
          long start = System.nanoTime();
          prepared.get(i).run(workers, a, b, c, work);
          double time = System.nanoTime() - start;
          // The first run is not counted.
          least[i] = r <= 1 ? time : Math.min(least[i], time);
        }
      }
    }
    return least;
  }

  private static long bytes(Arena arena, GemmProblem p, long elements) {
    MemorySegment segment =
        arena.allocate(p.matrices() * elements * p.dtype().sizeBytes(), ALIGNMENT);
    return segment.fill((byte) 0).address();
  }
}
