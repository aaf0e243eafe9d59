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
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.ntk4j.cuda.driver.Stream;
import org.ntk4j.ir.schedule.ConvForm;

/// The call of cuDNN for one convolution, by algorithms that it says give the same bits in every
/// run.
@SuppressWarnings("deprecation")
final class CudnnCall implements LibraryCall {
  private final CudnnConvolutions library;
  private final ConvForm form;
  private final CudnnProblem problem;
  private final Pointer one;
  private final Pointer zero;
  private long scratchBytes;

  CudnnCall(CudnnConvolutions library, ConvForm form, CudnnProblem problem) {
    this.library = library;
    this.form = form;
    this.problem = problem;
    this.one = Raw.scalar(problem.dtype(), 1);
    this.zero = Raw.scalar(problem.dtype(), 0);
  }

  /// Asks for the size of the memory that the call needs: 0, or why cuDNN refuses. To be called
  /// once, before anything else.
  int prepare(cudnnContext handle) {
    try (CudnnDescriptors of = new CudnnDescriptors(problem);
        SizeTPointer bytes = new SizeTPointer(1)) {
      int status = of.status() != 0 ? of.status() : workspaceSize(handle, of, bytes);
      this.scratchBytes = status == 0 ? bytes.get() : 0;
      return status;
    }
  }

  private int workspaceSize(cudnnContext handle, CudnnDescriptors of, SizeTPointer bytes) {
    return switch (problem.kind()) {
      case FORWARD ->
          cudnnGetConvolutionForwardWorkspaceSize(
              handle,
              of.x(),
              of.w(),
              of.convolution(),
              of.y(),
              CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM,
              bytes);
      case DATA_GRADIENT ->
          cudnnGetConvolutionBackwardDataWorkspaceSize(
              handle,
              of.w(),
              of.y(),
              of.convolution(),
              of.x(),
              CUDNN_CONVOLUTION_BWD_DATA_ALGO_1,
              bytes);
      case WEIGHT_GRADIENT ->
          cudnnGetConvolutionBackwardFilterWorkspaceSize(
              handle,
              of.x(),
              of.y(),
              of.convolution(),
              of.w(),
              CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1,
              bytes);
    };
  }

  @Override
  public long scratchBytes() {
    return scratchBytes;
  }

  @Override
  public void enqueue(Stream stream, Slots slots, long scratch) {
    int status =
        library.use(handle -> {
          CudnnConvolutions.check(
              cudnnSetStream(handle, new Raw.Queue(stream.address())), "giving cuDNN a stream");
          try (CudnnDescriptors of = new CudnnDescriptors(problem)) {
            return of.status() != 0
                ? of.status()
                : convolve(handle, of, slots, new Raw.Memory(scratch));
          }
        });
    CudnnConvolutions.check(status, "a convolution by cuDNN");
  }

  private int convolve(cudnnContext handle, CudnnDescriptors of, Slots slots, Pointer scratch) {
    return switch (problem.kind()) {
      case FORWARD ->
          cudnnConvolutionForward(
              handle,
              one,
              of.x(),
              at(slots.first(), form.x()),
              of.w(),
              at(slots.second(), form.w()),
              of.convolution(),
              CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM,
              scratch,
              scratchBytes,
              zero,
              of.y(),
              at(slots.result(), form.y()));
      case DATA_GRADIENT ->
          cudnnConvolutionBackwardData(
              handle,
              one,
              of.w(),
              at(slots.second(), form.w()),
              of.y(),
              at(slots.first(), form.y()),
              of.convolution(),
              CUDNN_CONVOLUTION_BWD_DATA_ALGO_1,
              scratch,
              scratchBytes,
              zero,
              of.x(),
              at(slots.result(), form.x()));
      case WEIGHT_GRADIENT ->
          cudnnConvolutionBackwardFilter(
              handle,
              one,
              of.x(),
              at(slots.first(), form.x()),
              of.y(),
              at(slots.second(), form.y()),
              of.convolution(),
              CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1,
              scratch,
              scratchBytes,
              zero,
              of.w(),
              at(slots.result(), form.w()));
    };
  }

  private Pointer at(long buffer, ConvForm.Place place) {
    return new Raw.Memory(buffer + place.offset() * problem.dtype().sizeBytes());
  }
}
