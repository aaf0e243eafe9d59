package org.ntk4j.cuda.library;

import static org.bytedeco.cuda.global.cudnn.CUDNN_CROSS_CORRELATION;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_DOUBLE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_FLOAT;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DEFAULT_MATH;
import static org.bytedeco.cuda.global.cudnn.CUDNN_FMA_MATH;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TENSOR_NCHW;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TENSOR_NHWC;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateConvolutionDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateFilterDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateTensorDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyConvolutionDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyFilterDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyTensorDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetConvolutionGroupCount;
import static org.bytedeco.cuda.global.cudnn.cudnnSetConvolutionMathType;
import static org.bytedeco.cuda.global.cudnn.cudnnSetConvolutionNdDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetFilterNdDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetTensorNdDescriptor;

import java.util.List;
import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.ntk4j.core.DType;

/// What cuDNN is told of the arrays and of the convolution, while it is asked for something.
///
/// Such calls are deprecated in favour of graphs of operations, but are still there.
@SuppressWarnings("deprecation")
final class CudnnDescriptors implements AutoCloseable {
  private final cudnnTensorStruct x = new cudnnTensorStruct();
  private final cudnnFilterStruct w = new cudnnFilterStruct();
  private final cudnnTensorStruct y = new cudnnTensorStruct();
  private final cudnnConvolutionStruct convolution = new cudnnConvolutionStruct();
  private final int status;

  /// Those of `p`, of which cuDNN may have refused some: [#status].
  CudnnDescriptors(CudnnProblem p) {
    int type = p.dtype() == DType.F64 ? CUDNN_DATA_DOUBLE : CUDNN_DATA_FLOAT;
    int refused = image(x, type, p.x());
    refused = refused != 0 ? refused : image(y, type, p.y());
    refused = refused != 0 ? refused : filter(type, p);
    this.status = refused != 0 ? refused : convolution(type, p);
  }

  private static int image(cudnnTensorStruct to, int type, CudnnProblem.Image image) {
    int refused = cudnnCreateTensorDescriptor(to);
    int[] sizes = ints(image.sizes());
    return refused != 0
        ? refused
        : cudnnSetTensorNdDescriptor(to, type, sizes.length, sizes, ints(image.strides()));
  }

  private int filter(int type, CudnnProblem p) {
    int format =
        switch (p.layout()) {
          case CHANNELS_FIRST -> CUDNN_TENSOR_NCHW;
          case CHANNELS_LAST -> CUDNN_TENSOR_NHWC;
        };
    int refused = cudnnCreateFilterDescriptor(w);
    int[] sizes = ints(p.w());
    return refused != 0
        ? refused
        : cudnnSetFilterNdDescriptor(w, type, format, sizes.length, sizes);
  }

  private int convolution(int type, CudnnProblem p) {
    int refused = cudnnCreateConvolutionDescriptor(convolution);
    if (refused == 0) {
      refused =
          cudnnSetConvolutionNdDescriptor(
              convolution,
              p.strides().size(),
              ints(p.padding()),
              ints(p.strides()),
              ints(p.dilation()),
              CUDNN_CROSS_CORRELATION,
              type);
    }
    if (refused == 0) {
      refused = cudnnSetConvolutionGroupCount(convolution, p.groups());
    }
    int math =
        switch (p.mathMode()) {
          case PLAIN -> CUDNN_FMA_MATH;
          case ANY -> CUDNN_DEFAULT_MATH;
        };
    return refused != 0 ? refused : cudnnSetConvolutionMathType(convolution, math);
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  /// 0, or why cuDNN refused one of them.
  int status() {
    return status;
  }

  cudnnTensorStruct x() {
    return x;
  }

  cudnnFilterStruct w() {
    return w;
  }

  cudnnTensorStruct y() {
    return y;
  }

  cudnnConvolutionStruct convolution() {
    return convolution;
  }

  /// Destroys those that were made. What cuDNN then says is of no use.
  @Override
  public void close() {
    if (!x.isNull()) {
      cudnnDestroyTensorDescriptor(x);
    }
    if (!y.isNull()) {
      cudnnDestroyTensorDescriptor(y);
    }
    if (!w.isNull()) {
      cudnnDestroyFilterDescriptor(w);
    }
    if (!convolution.isNull()) {
      cudnnDestroyConvolutionDescriptor(convolution);
    }
  }
}
