import org.jspecify.annotations.NullMarked;

/// Networks: layers to build them from, and models read from ONNX files.
@NullMarked
module org.ntk4j.models {
  exports org.ntk4j.models;
  exports org.ntk4j.onnx;

  requires com.google.protobuf;
  requires org.tribuo.util.onnx;
  requires transitive org.ntk4j.autodiff;
  requires static org.jspecify;
}
