package org.ntk4j.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.ntk4j.core.DType;

/// How the elements of a supported type are written down: packed, with the least byte first, or
/// listed one by one in a message.
sealed interface Encoding permits FloatEncoding, IntegerEncoding {
  /// Of packed elements.
  ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Of packed elements.
  ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Of packed elements.
  ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Bytes of a packed element.
  int bytes();

  /// What the type becomes here.
  DType dtype();

  /// How many elements `proto` lists.
  int listed(TensorProto proto);
}
