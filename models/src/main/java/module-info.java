import org.jspecify.annotations.NullMarked;

/// Layers to build networks from.
@NullMarked
module org.ntk4j.models {
  exports org.ntk4j.models;

  requires transitive org.ntk4j.autodiff;
  requires static org.jspecify;
}
