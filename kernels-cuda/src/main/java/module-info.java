import org.jspecify.annotations.NullMarked;
import org.ntk4j.cuda.CudaEngine;
import org.ntk4j.ir.eval.Engine;

/// The CUDA back end: loops, matrix products and convolutions printed as CUDA C, compiled for the
/// card that is there, and run on it through the CUDA driver.
@NullMarked
module org.ntk4j.cuda {
  exports org.ntk4j.cuda;
  exports org.ntk4j.cuda.text;

  requires org.bytedeco.cuda;
  requires org.bytedeco.javacpp;
  requires transitive org.ntk4j.ir;
  requires static org.jspecify;

  provides Engine with
      CudaEngine;
}
