package org.ntk4j.cuda.library;

import static org.bytedeco.cuda.global.cudnn.CUDNN_CONVOLUTION_BWD_DATA_ALGO_1;
import static org.bytedeco.cuda.global.cudnn.CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1;
import static org.bytedeco.cuda.global.cudnn.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;
import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionBackwardData;
import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionBackwardFilter;
import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionForward;
import static org.bytedeco.cuda.global.cudnn.cudnnGetConvolutionBackwardDataWorkspaceSize;
import static org.bytedeco.cuda.global.cudnn.cudnnGetConvolutionBackwardFilterWorkspaceSize;
import static org.bytedeco.cuda.global.cudnn.cudnnGetConvolutionForwardWorkspaceSize;
import static org.bytedeco.cuda.global.cudnn.cudnnSetStream;

import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.driver.Stream;
import org.ntk4j.ir.schedule.ConvForm;

/// The call of cuDNN for one convolution, by algorithms that it says give the same bits in every
/// run.
///
/// Such calls are deprecated in favour of graphs of operations, but are still there.
@SuppressWarnings("deprecation")
final class CudnnCall implements LibraryCall {
  private final Device device;
  private final cudnnContext handle;
  private final ConvForm form;
  private final Descriptors of;
  private final Pointer one;
  private final Pointer zero;
  private final long scratchBytes;

  /// What cuDNN is told of the arrays and of the convolution. They live as long as the process.
  record Descriptors(
      cudnnTensorStruct x,
      cudnnFilterStruct w,
      cudnnTensorStruct y,
      cudnnConvolutionStruct convolution) {}

  CudnnCall(Device device, cudnnContext handle, ConvForm form, Descriptors descriptors) {
    this.device = device;
    this.handle = handle;
    this.form = form;
    this.of = descriptors;
    this.one = Raw.scalar(form.problem().dtype(), 1);
    this.zero = Raw.scalar(form.problem().dtype(), 0);
    this.scratchBytes = workspaceBytes();
  }

  private long workspaceBytes() {
    try (SizeTPointer bytes = new SizeTPointer(1)) {
      int status =
          switch (form.problem().kind()) {
            case FORWARD ->
                cudnnGetConvolutionForwardWorkspaceSize(
                    handle,
                    of.x,
                    of.w,
                    of.convolution,
                    of.y,
                    CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM,
                    bytes);
            case DATA_GRADIENT ->
                cudnnGetConvolutionBackwardDataWorkspaceSize(
                    handle,
                    of.w,
                    of.y,
                    of.convolution,
                    of.x,
                    CUDNN_CONVOLUTION_BWD_DATA_ALGO_1,
                    bytes);
            case WEIGHT_GRADIENT ->
                cudnnGetConvolutionBackwardFilterWorkspaceSize(
                    handle,
                    of.x,
                    of.y,
                    of.convolution,
                    of.w,
                    CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1,
                    bytes);
          };
      CudnnConvolutions.check(status, "asking cuDNN for the size of its memory");
      return bytes.get();
    }
  }

  @Override
  public long scratchBytes() {
    return scratchBytes;
  }

  @Override
  public void enqueue(Stream stream, Slots slots, long scratch) {
    synchronized (handle) {
      device.enter();
      CudnnConvolutions.check(
          cudnnSetStream(handle, new Raw.Queue(stream.address())), "giving cuDNN a stream");
      CudnnConvolutions.check(convolve(slots, new Raw.Memory(scratch)), "a convolution by cuDNN");
    }
  }

  private int convolve(Slots slots, Pointer scratch) {
    return switch (form.problem().kind()) {
      case FORWARD ->
          cudnnConvolutionForward(
              handle,
              one,
              of.x,
              at(slots.first(), form.x()),
              of.w,
              at(slots.second(), form.w()),
              of.convolution,
              CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM,
              scratch,
              scratchBytes,
              zero,
              of.y,
              at(slots.result(), form.y()));
      case DATA_GRADIENT ->
          cudnnConvolutionBackwardData(
              handle,
              one,
              of.w,
              at(slots.second(), form.w()),
              of.y,
              at(slots.first(), form.y()),
              of.convolution,
              CUDNN_CONVOLUTION_BWD_DATA_ALGO_1,
              scratch,
              scratchBytes,
              zero,
              of.x,
              at(slots.result(), form.x()));
      case WEIGHT_GRADIENT ->
          cudnnConvolutionBackwardFilter(
              handle,
              one,
              of.x,
              at(slots.first(), form.x()),
              of.y,
              at(slots.second(), form.y()),
              of.convolution,
              CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1,
              scratch,
              scratchBytes,
              zero,
              of.w,
              at(slots.result(), form.w()));
    };
  }

  private Pointer at(long buffer, ConvForm.Place place) {
    return new Raw.Memory(buffer + place.offset() * form.problem().dtype().sizeBytes());
  }
}
