// i0 < 2000, i1 < 300: 8 threads for each i1 share i0, in pieces
// f32 p1[i1] is added to.
extern "C" __global__ void __launch_bounds__(256) kernel(
    const float* __restrict__ p0,
    char* __restrict__ scratch) {
  const unsigned t = blockIdx.x * 32u + threadIdx.x;
  const int from = (int)blockIdx.y * 134;
  const int to = from + 134 < 2000 ? from + 134 : 2000;
  float total0 = (-0.0f);
  if (t < 300u) {
    const int i1 = t;
    for (int i0 = from + threadIdx.y; i0 < to; i0 += 8) {
      const float x1 = p0[i0 * 300 + i1];
      total0 = total0 + x1;
    }
  }
  __shared__ float shared2[8][32];
  shared2[threadIdx.y][threadIdx.x] = total0;
  __syncthreads();
  if (t < 300u && threadIdx.y == 0) {
    for (int row = 1; row < 8; row++) {
      total0 = total0 + shared2[row][threadIdx.x];
    }
    ((float*)(scratch + 0))[(unsigned long long)blockIdx.y * 300u + t] = total0;
  }
}
// Launch[gridX=10, gridY=15, gridZ=1, blockX=32, blockY=8, sharedBytes=0], arguments [0, -1]

// i0 < 300, i1 < 15: 8 threads for each i0 share i1
// f32 p1[i0] is added to.
extern "C" __global__ void __launch_bounds__(256) kernel_1(
    float* __restrict__ p1,
    char* __restrict__ scratch) {
  const float* __restrict__ p2 = (const float*)(scratch + 0);
  const unsigned t = blockIdx.x * 32u + threadIdx.x;
  float total0 = (-0.0f);
  if (t < 300u) {
    const int i0 = t;
    for (int i1 = threadIdx.y; i1 < 15; i1 += 8) {
      const float x1 = p2[i0 + i1 * 300];
      total0 = total0 + x1;
    }
  }
  __shared__ float shared2[8][32];
  shared2[threadIdx.y][threadIdx.x] = total0;
  __syncthreads();
  if (t < 300u && threadIdx.y == 0) {
    for (int row = 1; row < 8; row++) {
      total0 = total0 + shared2[row][threadIdx.x];
    }
    const int i0 = t;
    p1[i0] = p1[i0] + total0;
  }
}
// Launch[gridX=10, gridY=1, gridZ=1, blockX=32, blockY=8, sharedBytes=0], arguments [1, -1]
