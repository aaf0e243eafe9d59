import org.jspecify.annotations.NullMarked;

/// Derivatives of programs as programs: linearize, transpose and batch; structured derivatives; the
/// kernels.
@NullMarked
module org.ntk4j.autodiff {
  exports org.ntk4j.autodiff;
  exports org.ntk4j.autodiff.structure;
  exports org.ntk4j.ntk;

  requires transitive org.ntk4j.ir;
  requires java.management;
  requires jdk.management;
  requires static org.jspecify;
}
