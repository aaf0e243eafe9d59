import org.jspecify.annotations.NullMarked;

/// Tensors, shapes, trees, random numbers and files of arrays: what everything else computes with.
@NullMarked
module org.ntk4j.core {
  exports org.ntk4j.core;
  exports org.ntk4j.core.io;

  requires static org.jspecify;
}
