package org.ntk4j.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Optional;

/// Walks over the bytes of a model before they become objects, so that a small file of empty
/// messages cannot fill the memory.
final class WireCheck {
  /// Larger than any model: the messages, strings and unknown fields of the largest have 1/20.
  private static final int MAX_FIELDS = 4_000_000;

  private static final int MAX_DEPTH = 100;

  private final CodedInputStream in;
  private int fields;

  private WireCheck(CodedInputStream in) {
    this.in = in;
  }

  /// Checks the bytes of a model.
  ///
  /// @throws IOException if they are malformed
  /// @throws OnnxException if there are too many fields, or they nest too deeply
  static void check(byte[] model) throws IOException {
    new WireCheck(CodedInputStream.newInstance(model)).message(ModelProto.getDescriptor(), 0);
  }

  private void message(Descriptor type, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new OnnxException(
          "messages nest more than %d deep; no model does".formatted(MAX_DEPTH));
    }
    while (!in.isAtEnd()) {
      int tag = in.readTag();
      if (tag == 0) {
        return;
      }
      Optional<FieldDescriptor> field =
          Optional.ofNullable(type.findFieldByNumber(WireFormat.getTagFieldNumber(tag)));
      boolean delimited = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (field.isEmpty() || (delimited && !isPacked(field.get()))) {
        count();
      }
      if (delimited && field.isPresent() && field.get().getJavaType() == JavaType.MESSAGE) {
        int limit = in.pushLimit(in.readRawVarint32());
        message(field.get().getMessageType(), depth + 1);
        in.popLimit(limit);
      } else {
        in.skipField(tag);
      }
    }
  }

  private static boolean isPacked(FieldDescriptor field) {
    return field.isPackable();
  }

  private void count() {
    fields++;
    if (fields > MAX_FIELDS) {
      throw new OnnxException(
          "more than %d messages, names and unknown fields; no model has so many"
              .formatted(MAX_FIELDS));
    }
  }
}
