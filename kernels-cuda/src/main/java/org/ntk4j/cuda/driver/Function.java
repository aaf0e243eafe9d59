package org.ntk4j.cuda.driver;

import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.global.cudart;

/// A kernel of a [CubinModule]; valid until that is closed.
public final class Function {
  private static final int MAX_DYNAMIC_SHARED_BYTES = 8;
  private static final int REGISTERS = 4;
  private static final int LOCAL_BYTES = 3;

  /// What a launch may have without being asked for before.
  private static final int SHARED_BYTES_STANDARD = 48 << 10;

  private final Device device;
  private final CUfunc_st function;
  private final String name;

  /// Guarded by this object: a smaller number that is allowed later would take the larger away.
  private int sharedBytesAllowed = SHARED_BYTES_STANDARD;

  Function(Device device, CUfunc_st function, String name) {
    this.device = device;
    this.function = function;
    this.name = name;
  }

  public String name() {
    return name;
  }

  /// Registers of a thread.
  public int registers() {
    return attribute(REGISTERS);
  }

  /// Memory of a thread for what has no place in its registers.
  public int localBytes() {
    return attribute(LOCAL_BYTES);
  }

  private int attribute(int attribute) {
    device.enter();
    int[] value = new int[1];
    Driver.check(
        cudart.cuFuncGetAttribute(value, attribute, function), "asking for a property of " + name);
    return value[0];
  }

  CUfunc_st pointer() {
    return function;
  }

  /// Allows launches with so much dynamic shared memory, and with less.
  synchronized void allow(int sharedBytes) {
    if (sharedBytes <= sharedBytesAllowed) {
      return;
    }
    device.enter();
    int result = cudart.cuFuncSetAttribute(function, MAX_DYNAMIC_SHARED_BYTES, sharedBytes);
    if (result != 0) {
      throw Driver.failure(
          result, "giving %,d bytes of shared memory to kernel %s".formatted(sharedBytes, name));
    }
    sharedBytesAllowed = sharedBytes;
  }
}
