package org.ntk4j.cuda.library;

import static org.bytedeco.cuda.global.cudnn.cudnnCreate;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroy;
import static org.bytedeco.cuda.global.cudnn.cudnnGetErrorString;

import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.ntk4j.cuda.driver.CudaException;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.schedule.ConvForm;
import org.ntk4j.ir.schedule.ConvForms;
import org.ntk4j.ir.schedule.Step;

/// Convolutions by cuDNN: those that are one of its three calls on arrays as they are; what
/// [CudnnProblem] takes, and cuDNN then does not refuse.
final class CudnnConvolutions implements ConvolutionLibrary {
  private static final System.Logger LOG = System.getLogger(CudnnConvolutions.class.getName());

  private final Device device;

  /// Of use to one thread at a time; guarded by this object.
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
      throw new CudaException("%s failed with %s.".formatted(action, message(status)));
    }
  }

  private static String message(int status) {
    return cudnnGetErrorString(status).getString();
  }

  @Override
  public Optional<LibraryCall> convolution(Step.Convolution step, Precision precision) {
    return ConvForms.of(step.op(), step.x(), step.w(), step.y())
        .flatMap(form ->
            CudnnProblem.of(form.problem(), precision).flatMap(problem -> call(form, problem)));
  }

  /// Empty if cuDNN refuses.
  private Optional<LibraryCall> call(ConvForm form, CudnnProblem problem) {
    CudnnCall call = new CudnnCall(this, form, problem);
    int refused = use(call::prepare);
    if (refused != 0) {
      LOG.log(Level.DEBUG, "cuDNN refuses {0}: {1}", problem, message(refused));
      return Optional.empty();
    }
    return Optional.of(call);
  }

  /// What `work` returns, given a handle that nobody else has meanwhile.
  synchronized int use(ToIntFunction<cudnnContext> work) {
    if (handle.isNull()) {
      throw new IllegalStateException("bug: cuDNN is closed");
    }
    device.enter();
    return work.applyAsInt(handle);
  }

  @Override
  public synchronized void close() {
    if (!handle.isNull()) {
      device.enter();
      int status = cudnnDestroy(handle);
      handle.setNull();
      check(status, "closing cuDNN");
    }
  }
}
