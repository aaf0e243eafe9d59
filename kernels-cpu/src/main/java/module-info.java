import org.jspecify.annotations.NullMarked;
import org.ntk4j.cpu.CpuEngine;
import org.ntk4j.cpu.CpuLinearAlgebra;
import org.ntk4j.ir.eval.Engine;
import org.ntk4j.ir.eval.LinearAlgebra;

/// The CPU back end: loops compiled by LLVM, matrix products and convolutions by native libraries,
/// and the threads that run them.
///
/// On a module path, the modules that hold the native libraries are required by nobody: run with
/// `--add-modules ALL-MODULE-PATH`.
@NullMarked
module org.ntk4j.cpu {
  exports org.ntk4j.cpu;

  requires java.management;
  requires org.bytedeco.dnnl;
  requires org.bytedeco.javacpp;
  requires org.bytedeco.openblas;
  requires transitive org.ntk4j.ir;
  requires static org.jspecify;

  uses LinearAlgebra;

  provides Engine with
      CpuEngine;
  provides LinearAlgebra with
      CpuLinearAlgebra;
}
