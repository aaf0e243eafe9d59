package org.ntk4j.ntk;

/// Told how far a kernel computed in tiles is.
@FunctionalInterface
public interface TileProgress {
  /// `done` of `all` tiles are computed; 0 before the first.
  void tiles(long done, long all);
}
