// i0 < 4194304: 512 lanes share i0, i0 in pieces
// f32 p1[0] becomes the maximum.
extern "C" __global__ void __launch_bounds__(512) kernel(
    const float* __restrict__ p0,
    char* __restrict__ scratch) {
  const unsigned t = blockIdx.x;
  const int from = (int)blockIdx.y * 16384;
  const int to = from + 16384;
  float total0 = (-NTK_INFINITY);
  {
    for (int i0 = from + threadIdx.x; i0 < to; i0 += 512) {
      const float x1 = p0[i0];
      total0 = ntk_max(total0, x1);
    }
  }
  for (int lanes = 16; lanes > 0; lanes /= 2) {
    const float other2 = ntk_exchange(total0, lanes);
    total0 = ntk_max(total0, other2);
  }
  __shared__ float shared3[16];
  if (threadIdx.x % 32 == 0) {
    shared3[threadIdx.x / 32] = total0;
  }
  __syncthreads();
  for (int warp = 1; threadIdx.x == 0 && warp < 16; warp++) {
    total0 = ntk_max(total0, shared3[warp]);
  }
  if (threadIdx.x == 0) {
    ((float*)(scratch + 0))[(unsigned long long)blockIdx.y * 1u + t] = total0;
  }
}
// Launch[gridX=1, gridY=256, gridZ=1, blockX=512, blockY=1, sharedBytes=0], arguments [0, -1]

// i0 < 256: 32 lanes share i0
// f32 p1[0] becomes the maximum.
extern "C" __global__ void __launch_bounds__(256) kernel_1(
    float* __restrict__ p1,
    char* __restrict__ scratch) {
  const float* __restrict__ p2 = (const float*)(scratch + 0);
  const unsigned t = blockIdx.x * 8u + threadIdx.y;
  float total0 = (-NTK_INFINITY);
  if (t < 1u) {
    for (int i0 = threadIdx.x; i0 < 256; i0 += 32) {
      const float x1 = p2[i0];
      total0 = ntk_max(total0, x1);
    }
  }
  for (int lanes = 16; lanes > 0; lanes /= 2) {
    const float other2 = ntk_exchange(total0, lanes);
    total0 = ntk_max(total0, other2);
  }
  if (t < 1u && threadIdx.x == 0) {
    p1[0] = ntk_max(p1[0], total0);
  }
}
// Launch[gridX=1, gridY=1, gridZ=1, blockX=32, blockY=8, sharedBytes=0], arguments [1, -1]
