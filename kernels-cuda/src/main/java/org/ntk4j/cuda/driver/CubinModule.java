package org.ntk4j.cuda.driver;

import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;

/// A cubin, loaded on a card.
public final class CubinModule implements AutoCloseable {
  private final Device device;
  private final CUmod_st module;

  private CubinModule(Device device, CUmod_st module) {
    this.device = device;
    this.module = module;
  }

  /// Loads a cubin that was compiled for this card's architecture.
  public static CubinModule load(Device device, byte[] cubin) {
    device.enter();
    try (BytePointer image = new BytePointer(cubin)) {
      CUmod_st module = new CUmod_st();
      Driver.check(cudart.cuModuleLoadData(module, image), "loading kernels on " + device.name());
      return new CubinModule(device, module);
    }
  }

  /// Its kernel of this name.
  public Function function(String name) {
    device.enter();
    CUfunc_st function = new CUfunc_st();
    Driver.check(cudart.cuModuleGetFunction(function, module, name), "looking for kernel " + name);
    return new Function(device, function, name);
  }

  /// Unloads it; its kernels must not run any more.
  @Override
  public void close() {
    device.enter();
    Driver.check(cudart.cuModuleUnload(module), "unloading kernels");
  }
}
