package org.ntk4j.cuda.driver;

import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.global.cudart;

/// What was captured of a [Stream], ready to be launched as one. It runs once at a time.
public final class Graph implements AutoCloseable {
  private final Device device;
  private final CUgraphExec_st executable;

  private Graph(Device device, CUgraphExec_st executable) {
    this.device = device;
    this.executable = executable;
  }

  /// Makes `captured` ready, and releases it.
  static Graph of(Device device, CUgraph_st captured) {
    try {
      CUgraphExec_st executable = new CUgraphExec_st();
      Driver.check(cudart.cuGraphInstantiate(executable, captured, 0), "preparing a graph");
      return new Graph(device, executable);
    } finally {
      Driver.check(cudart.cuGraphDestroy(captured), "releasing a graph");
    }
  }

  CUgraphExec_st pointer() {
    return executable;
  }

  /// Releases it; it must not run any more.
  @Override
  public void close() {
    device.enter();
    Driver.check(cudart.cuGraphExecDestroy(executable), "releasing a graph");
  }
}
