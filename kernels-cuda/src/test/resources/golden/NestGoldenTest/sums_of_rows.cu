// i0 < 20000, i1 < 300: 32 lanes for each i0 share i1
// f32 p1[i0] is added to.
extern "C" __global__ void __launch_bounds__(256) kernel(
    const float* __restrict__ p0,
    float* __restrict__ p1) {
  const unsigned t = blockIdx.x * 8u + threadIdx.y;
  float total0 = (-0.0f);
  if (t < 20000u) {
    const int i0 = t;
    for (int i1 = threadIdx.x; i1 < 300; i1 += 32) {
      const float x1 = p0[i0 * 300 + i1];
      total0 = total0 + x1;
    }
  }
  for (int lanes = 16; lanes > 0; lanes /= 2) {
    const float other2 = ntk_exchange(total0, lanes);
    total0 = total0 + other2;
  }
  if (t < 20000u && threadIdx.x == 0) {
    const int i0 = t;
    p1[i0] = p1[i0] + total0;
  }
}
// Launch[gridX=2500, gridY=1, gridZ=1, blockX=32, blockY=8, sharedBytes=0], arguments [0, 1]
