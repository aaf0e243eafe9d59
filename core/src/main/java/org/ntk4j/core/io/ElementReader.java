package org.ntk4j.core.io;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.function.IntUnaryOperator;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

/// The elements after a header, brought to the machine's byte order, a dtype of ours and row-major
/// order, chunk by chunk.
final class ElementReader {

  private static final int CHUNK_ELEMENTS = 1 << 16;

  private final NpyHeader header;
  private final InputStream in;
  private final String source;
  private final Tensor result;

  private ElementReader(NpyHeader header, InputStream in, String source) {
    this.header = header;
    this.in = in;
    this.source = source;
    this.result = Tensor.zeros(header.type().dtype(), header.shape());
  }

  /// Reads exactly the bytes that the header claims. Their number was compared with the size of the
  /// file before, so that a lie costs no memory.
  static Tensor read(NpyHeader header, InputStream in, String source) throws IOException {
    ElementReader reader = new ElementReader(header, in, source);
    if (header.isPermuted()) {
      reader.readPermuted();
    } else {
      reader.readInOrder();
    }
    return reader.result;
  }

  private void readInOrder() throws IOException {
    byte[] chunk = new byte[chunkElements() * header.type().sizeBytes()];
    long rowBytes = result.dtype().sizeBytes();
    for (long done = 0; done < result.size(); done += chunkElements()) {
      int count = fill(chunk, done);
      convert(chunk, count, result.segment().asSlice(done * rowBytes, count * rowBytes));
    }
  }

  private void readPermuted() throws IOException {
    byte[] chunk = new byte[chunkElements() * header.type().sizeBytes()];
    Tensor converted = Tensor.zeros(result.dtype(), Shape.of(chunkElements()));
    ColumnMajor position = new ColumnMajor(header.shape());
    for (long done = 0; done < result.size(); done += chunkElements()) {
      int count = fill(chunk, done);
      convert(chunk, count, converted.segment());
      scatter(converted.segment(), count, position);
    }
  }

  private int chunkElements() {
    return (int) Math.min(CHUNK_ELEMENTS, result.size());
  }

  private int fill(byte[] chunk, long done) throws IOException {
    int count = (int) Math.min(chunkElements(), result.size() - done);
    int wanted = count * header.type().sizeBytes();
    if (in.readNBytes(chunk, 0, wanted) < wanted) {
      throw new NpyException(
          source,
          "ends after fewer elements than its header claims; expected "
              + header.dataBytes()
              + " bytes of them");
    }
    return count;
  }

  private void scatter(MemorySegment from, int count, ColumnMajor position) {
    MemorySegment to = result.segment();
    for (int i = 0; i < count; i++) {
      long target = position.next();
      // Bits are moved as integers: a detour by `double` would change signalling NaNs.
      switch (result.dtype()) {
        case BOOL -> to.set(ValueLayout.JAVA_BYTE, target, from.get(ValueLayout.JAVA_BYTE, i));
        case F32, I32 ->
            to.setAtIndex(ValueLayout.JAVA_INT, target, from.getAtIndex(ValueLayout.JAVA_INT, i));
        case F64, I64 ->
            to.setAtIndex(ValueLayout.JAVA_LONG, target, from.getAtIndex(ValueLayout.JAVA_LONG, i));
      }
    }
  }

  private void convert(byte[] chunk, int count, MemorySegment to) {
    MemorySegment from = MemorySegment.ofArray(chunk);
    ByteOrder order = header.order();
    ValueLayout.OfShort shorts = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order);
    ValueLayout.OfInt ints = ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
    ValueLayout.OfLong longs = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order);
    switch (header.type()) {
      case INT32, FLOAT32 -> MemorySegment.copy(from, ints, 0, to, ValueLayout.JAVA_INT, 0, count);
      case INT64, FLOAT64 ->
          MemorySegment.copy(from, longs, 0, to, ValueLayout.JAVA_LONG, 0, count);
      case BOOL -> {
        for (int i = 0; i < count; i++) {
          to.set(ValueLayout.JAVA_BYTE, i, (byte) (chunk[i] == 0 ? 0 : 1));
        }
      }
      case INT8 -> putInts(to, count, i -> chunk[i]);
      case UINT8 -> putInts(to, count, i -> Byte.toUnsignedInt(chunk[i]));
      case INT16 -> putInts(to, count, i -> from.get(shorts, 2L * i));
      case UINT16 -> putInts(to, count, i -> Short.toUnsignedInt(from.get(shorts, 2L * i)));
      case FLOAT16 -> {
        for (int i = 0; i < count; i++) {
          float value = Float.float16ToFloat(from.get(shorts, 2L * i));
          to.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
        }
      }
      case UINT32 -> {
        for (int i = 0; i < count; i++) {
          long value = Integer.toUnsignedLong(from.get(ints, 4L * i));
          to.setAtIndex(ValueLayout.JAVA_LONG, i, value);
        }
      }
    }
  }

  private static void putInts(MemorySegment to, int count, IntUnaryOperator value) {
    for (int i = 0; i < count; i++) {
      to.setAtIndex(ValueLayout.JAVA_INT, i, value.applyAsInt(i));
    }
  }

  /// Row-major positions of the elements in the order in which the first axis varies fastest.
  private static final class ColumnMajor {

    private final Shape shape;
    private final long[] strides;
    private final long[] index;
    private long position;

    ColumnMajor(Shape shape) {
      this.shape = shape;
      this.strides = shape.strides();
      this.index = new long[shape.rank()];
    }

    long next() {
      long current = position;
      for (int axis = 0; axis < index.length; axis++) {
        position += strides[axis];
        if (++index[axis] < shape.dim(axis)) {
          break;
        }
        position -= strides[axis] * shape.dim(axis);
        index[axis] = 0;
      }
      return current;
    }
  }
}
