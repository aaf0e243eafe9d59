package org.ntk4j.cuda.library;

import static org.bytedeco.cuda.global.cudnn.CUDNN_CROSS_CORRELATION;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_DOUBLE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_FLOAT;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DEFAULT_MATH;
import static org.bytedeco.cuda.global.cudnn.CUDNN_FMA_MATH;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TENSOR_NCHW;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TENSOR_NHWC;
import static org.bytedeco.cuda.global.cudnn.cudnnCreate;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateConvolutionDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateFilterDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateTensorDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnGetErrorString;
import static org.bytedeco.cuda.global.cudnn.cudnnSetConvolutionGroupCount;
import static org.bytedeco.cuda.global.cudnn.cudnnSetConvolutionMathType;
import static org.bytedeco.cuda.global.cudnn.cudnnSetConvolutionNdDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetFilterNdDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetTensorNdDescriptor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.ntk4j.core.DType;
import org.ntk4j.cuda.driver.CudaException;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.schedule.ConvForms;
import org.ntk4j.ir.schedule.ConvProblem;
import org.ntk4j.ir.schedule.Step;

/// Convolutions by cuDNN: those that are one of its three calls on arrays as they are, with filters
/// as it wants them, `[out, in, taps..]` or `[out, taps.., in]` without gaps.
@SuppressWarnings("deprecation")
final class CudnnConvolutions implements ConvolutionLibrary {
  /// Fewer multiplications take no longer in a kernel of ours.
  private static final double WORTH_A_CALL = 1 << 22;

  private final Device device;
  private final cudnnContext handle = new cudnnContext();

  private CudnnConvolutions(Device device) {
    this.device = device;
  }

  /// @throws CudaException if cuDNN cannot be used on `device`
  static ConvolutionLibrary open(Device device) {
    CudnnConvolutions convolutions = new CudnnConvolutions(device);
    device.enter();
    check(cudnnCreate(convolutions.handle), "starting cuDNN");
    return convolutions;
  }

  static void check(int status, String action) {
    if (status != 0) {
      throw new CudaException(
          "%s failed with %s.".formatted(action, cudnnGetErrorString(status).getString()));
    }
  }

  @Override
  public Optional<LibraryCall> convolution(Step.Convolution step, Precision precision) {
    return ConvForms.of(step.op(), step.x(), step.w(), step.y())
        .flatMap(form -> {
          ConvProblem p = form.problem();
          OptionalInt math = math(p.dtype(), precision);
          OptionalInt format = format(p);
          if (math.isEmpty() || format.isEmpty() || !fits(p)) {
            return Optional.empty();
          }
          device.enter();
          CudnnCall.Descriptors descriptors = descriptors(p, math.getAsInt(), format.getAsInt());
          return Optional.of(new CudnnCall(device, handle, form, descriptors));
        });
  }

  /// There is no call that rounds to BF16, and none for three products.
  private static OptionalInt math(DType dtype, Precision precision) {
    return switch (dtype) {
      case F64 -> OptionalInt.of(CUDNN_DEFAULT_MATH);
      case F32 ->
          switch (precision) {
            case FLOAT32 -> OptionalInt.of(CUDNN_FMA_MATH);
            case TF32 -> OptionalInt.of(CUDNN_DEFAULT_MATH);
            case TF32X3, BF16, FLOAT64 -> OptionalInt.empty();
          };
      case I32, I64, BOOL -> OptionalInt.empty();
    };
  }

  private static boolean fits(ConvProblem p) {
    boolean image = isImage(p, p.x(), p.in()) && isImage(p, p.y(), p.out());
    return image
        && p.spatial() >= 2
        && p.pieceCount() == 1
        && p.multiplications() >= WORTH_A_CALL
        && hasEqualPadding(p);
  }

  /// Groups of channels lie one after the other, and nothing is repeated.
  private static boolean isImage(ConvProblem p, ConvProblem.Image image, long channels) {
    boolean grouped = p.groups() == 1 || image.group() == channels * image.channel();
    return grouped
        && image.channel() > 0
        && image.batch() > 0
        && image.spatial().stream().allMatch(s -> s > 0);
  }

  /// cuDNN pads both ends alike, and then wants as many positions as there are.
  private static boolean hasEqualPadding(ConvProblem p) {
    for (int k = 0; k < p.spatial(); k++) {
      long reach = p.dilation().get(k) * (p.kernel().get(k) - 1);
      long padded = p.inSpatial().get(k) + 2 * p.padLo().get(k);
      long positions = Math.floorDiv(padded - reach - 1, p.strides().get(k)) + 1;
      if (p.padLo().get(k) < 0 || positions != p.outSpatial().get(k)) {
        return false;
      }
    }
    return true;
  }

  private static OptionalInt format(ConvProblem p) {
    List<Long> tapsLast = new ArrayList<>();
    List<Long> tapsFirst = new ArrayList<>();
    long taps = ConvProblem.product(p.kernel());
    long inner = 1;
    for (int k = p.spatial() - 1; k >= 0; k--) {
      tapsLast.addFirst(inner);
      tapsFirst.addFirst(inner * p.in());
      inner *= p.kernel().get(k);
    }
    ConvProblem.Filter w = p.w();
    boolean outer = w.out() == taps * p.in() && (p.groups() == 1 || w.group() == w.out() * p.out());
    if (outer && w.in() == taps && w.taps().equals(tapsLast)) {
      return OptionalInt.of(CUDNN_TENSOR_NCHW);
    }
    return outer && w.in() == 1 && w.taps().equals(tapsFirst)
        ? OptionalInt.of(CUDNN_TENSOR_NHWC)
        : OptionalInt.empty();
  }

  private static CudnnCall.Descriptors descriptors(ConvProblem p, int math, int format) {
    int type = p.dtype() == DType.F64 ? CUDNN_DATA_DOUBLE : CUDNN_DATA_FLOAT;
    cudnnFilterStruct w = new cudnnFilterStruct();
    check(cudnnCreateFilterDescriptor(w), "describing a filter to cuDNN");
    int[] sizes = ints(p.groups() * p.out(), p.in(), p.kernel());
    check(
        cudnnSetFilterNdDescriptor(w, type, format, sizes.length, sizes),
        "describing a filter to cuDNN");
    cudnnConvolutionStruct convolution = new cudnnConvolutionStruct();
    check(cudnnCreateConvolutionDescriptor(convolution), "describing a convolution to cuDNN");
    check(
        cudnnSetConvolutionNdDescriptor(
            convolution,
            p.spatial(),
            ints(p.padLo()),
            ints(p.strides()),
            ints(p.dilation()),
            CUDNN_CROSS_CORRELATION,
            type),
        "describing a convolution to cuDNN");
    check(
        cudnnSetConvolutionGroupCount(convolution, Math.toIntExact(p.groups())),
        "telling cuDNN of groups");
    check(cudnnSetConvolutionMathType(convolution, math), "telling cuDNN of a precision");
    return new CudnnCall.Descriptors(
        image(type, p.batch(), p.groups() * p.in(), p.inSpatial(), p.x()),
        w,
        image(type, p.batch(), p.groups() * p.out(), p.outSpatial(), p.y()),
        convolution);
  }

  private static cudnnTensorStruct image(
      int type, long batch, long channels, List<Long> spatial, ConvProblem.Image image) {
    cudnnTensorStruct tensor = new cudnnTensorStruct();
    check(cudnnCreateTensorDescriptor(tensor), "describing an image to cuDNN");
    int[] sizes = ints(batch, channels, spatial);
    int[] strides = ints(image.batch(), image.channel(), image.spatial());
    check(
        cudnnSetTensorNdDescriptor(tensor, type, sizes.length, sizes, strides),
        "describing an image to cuDNN");
    return tensor;
  }

  private static int[] ints(long first, long second, List<Long> rest) {
    List<Long> all = new ArrayList<>(List.of(first, second));
    all.addAll(rest);
    return ints(all);
  }

  private static int[] ints(List<Long> values) {
    return values.stream().mapToInt(Math::toIntExact).toArray();
  }
}
