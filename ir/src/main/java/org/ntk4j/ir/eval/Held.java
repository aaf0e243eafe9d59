package org.ntk4j.ir.eval;

/// The promise that some tensors will not change, until it is closed: a back end with memory of its
/// own then copies them there once, and not at each call that is given them.
///
/// The same tensors have to be given, not others with equal elements. Where one changes all the
/// same, results are those of its elements before or after.
@FunctionalInterface
public interface Held extends AutoCloseable {
  /// Of a back end that has no use for it.
  Held NOTHING = () -> {};

  /// From here on the tensors may change. Calls under way have to return before they do. Closing
  /// twice does nothing.
  @Override
  void close();
}
