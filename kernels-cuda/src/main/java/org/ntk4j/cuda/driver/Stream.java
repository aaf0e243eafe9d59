package org.ntk4j.cuda.driver;

import java.lang.foreign.MemorySegment;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/// A queue of a card: what is given to it runs in order, while the caller goes on. For one thread
/// at a time.
///
/// Memory of the host has to live until [#synchronize], and is copied beside other work only if it
/// is a [PinnedBlock]'s.
public final class Stream implements AutoCloseable {
  private static final int NON_BLOCKING = 1;
  private static final PointerPointer<Pointer> NO_EXTRAS = new Driver.Addresses(0);
  private static final int CAPTURE_OF_THIS_THREAD = 1;

  private final Device device;
  private final CUstream_st stream;

  private Stream(Device device, CUstream_st stream) {
    this.device = device;
    this.stream = stream;
  }

  static Stream create(Device device) {
    device.enter();
    CUstream_st stream = new CUstream_st();
    Driver.check(cudart.cuStreamCreate(stream, NON_BLOCKING), "making a stream");
    return new Stream(device, stream);
  }

  public Device device() {
    return device;
  }

  /// The driver's `CUstream`, for libraries.
  public long address() {
    return stream.address();
  }

  CUstream_st pointer() {
    return stream;
  }

  /// Runs a kernel.
  ///
  /// @param sharedBytes dynamic shared memory of a block
  /// @param arguments address of an array with the address of each argument
  public void launch(
      Function f,
      int gridX,
      int gridY,
      int gridZ,
      int blockX,
      int blockY,
      int blockZ,
      int sharedBytes,
      long arguments) {
    f.allow(sharedBytes);
    device.enter();
    int result =
        cudart.cuLaunchKernel(
            f.pointer(),
            gridX,
            gridY,
            gridZ,
            blockX,
            blockY,
            blockZ,
            sharedBytes,
            stream,
            new Driver.Addresses(arguments),
            NO_EXTRAS);
    if (result != 0) {
      throw Driver.failure(
          result,
          "launching kernel %s on %d x %d x %d blocks of %d x %d x %d threads"
              .formatted(f.name(), gridX, gridY, gridZ, blockX, blockY, blockZ));
    }
  }

  public void copyToDevice(long to, MemorySegment from) {
    if (from.byteSize() > 0) {
      device.enter();
      Driver.check(
          cudart.cuMemcpyHtoDAsync(to, new Driver.Address(from.address()), from.byteSize(), stream),
          "copying to the device");
    }
  }

  public void copyToHost(MemorySegment to, long from) {
    if (to.byteSize() > 0) {
      device.enter();
      Driver.check(
          cudart.cuMemcpyDtoHAsync(new Driver.Address(to.address()), from, to.byteSize(), stream),
          "copying to the host");
    }
  }

  /// Copies within the device; the two must not overlap.
  public void copy(long to, long from, long bytes) {
    if (bytes > 0) {
      device.enter();
      Driver.check(cudart.cuMemcpyDtoDAsync(to, from, bytes, stream), "copying on the device");
    }
  }

  /// Fills memory with an element of 1, 2, 4 or 8 bytes.
  ///
  /// @param bits the element, in the lower bytes
  /// @param count how many elements
  public void fill(long to, int elementBytes, long bits, long count) {
    if (count <= 0) {
      return;
    }
    device.enter();
    int result =
        switch (elementBytes) {
          case 1 -> cudart.cuMemsetD8Async(to, (byte) bits, count, stream);
          case 2 -> cudart.cuMemsetD16Async(to, (short) bits, count, stream);
          case 4 -> cudart.cuMemsetD32Async(to, (int) bits, count, stream);
          case 8 -> fillWords(to, bits, count);
          default -> throw new IllegalArgumentException("elements of " + elementBytes + " bytes");
        };
    Driver.check(result, "filling memory");
  }

  /// The driver fills with at most 4 bytes: the halves of one element are filled apart, and what is
  /// filled doubles.
  private int fillWords(long to, long bits, long count) {
    int low = (int) bits;
    int high = (int) (bits >>> Integer.SIZE);
    if (low == high) {
      return cudart.cuMemsetD32Async(to, low, 2 * count, stream);
    }
    int result = cudart.cuMemsetD32Async(to, low, 1, stream);
    if (result == 0) {
      result = cudart.cuMemsetD32Async(to + Integer.BYTES, high, 1, stream);
    }
    long filled = 1;
    while (result == 0 && filled < count) {
      long more = Math.min(filled, count - filled);
      long bytes = more * Long.BYTES;
      result = cudart.cuMemcpyDtoDAsync(to + filled * Long.BYTES, to, bytes, stream);
      filled += more;
    }
    return result;
  }

  /// Waits until everything given to it is done, and reports what went wrong in it.
  public void synchronize() {
    device.enter();
    Driver.check(cudart.cuStreamSynchronize(stream), "running kernels on " + device.name());
  }

  /// Lets what follows wait until an event is reached that was recorded in another stream.
  public void await(Event event) {
    device.enter();
    Driver.check(cudart.cuStreamWaitEvent(stream, event.pointer(), 0), "waiting for an event");
  }

  /// What `body` gives to it, captured in place of run.
  public Graph capture(Runnable body) {
    beginCapture();
    try {
      body.run();
    } catch (RuntimeException | Error e) {
      abandonCapture();
      throw e;
    }
    return endCapture();
  }

  private void beginCapture() {
    device.enter();
    Driver.check(cudart.cuStreamBeginCapture(stream, CAPTURE_OF_THIS_THREAD), "starting a capture");
  }

  private Graph endCapture() {
    device.enter();
    CUgraph_st captured = new CUgraph_st();
    Driver.check(cudart.cuStreamEndCapture(stream, captured), "capturing a graph");
    return Graph.of(device, captured);
  }

  /// Ends a capture in which something failed.
  private void abandonCapture() {
    device.enter();
    CUgraph_st captured = new CUgraph_st();
    int result = cudart.cuStreamEndCapture(stream, captured);
    if (result == 0 && !captured.isNull()) {
      Driver.check(cudart.cuGraphDestroy(captured), "releasing a graph");
    }
  }

  /// Runs what was captured.
  public void launch(Graph graph) {
    device.enter();
    Driver.check(cudart.cuGraphLaunch(graph.pointer(), stream), "launching a graph");
  }

  /// Releases it, after what was given to it is done.
  @Override
  public void close() {
    device.enter();
    Driver.check(cudart.cuStreamSynchronize(stream), "running kernels on " + device.name());
    Driver.check(cudart.cuStreamDestroy(stream), "releasing a stream");
  }
}
