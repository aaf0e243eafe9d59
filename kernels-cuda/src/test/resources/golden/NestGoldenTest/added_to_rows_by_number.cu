// i0 < 500, i1 < 64, i2 < 32: a thread for each i2, i1
// f32 p2[i1 + what is read] is added to, within bounds.
extern "C" __global__ void __launch_bounds__(256) kernel(
    const float* __restrict__ p0,
    const int* __restrict__ p1,
    float* __restrict__ p2) {
  const unsigned t = blockIdx.x * 256u + threadIdx.x;
  if (t < 2048u) {
    const int i2 = t / 64u;
    const int i1 = t % 64u;
    for (int i0 = 0; i0 < 500; i0++) {
      const int x0 = p1[i0];
      const long long j1 = (long long)x0;
      const long long j2 = -i2 + (long long)x0;
      const bool in3 = j1 >= 0 && j1 < 1000 && j2 >= 0 && j2 < 1000 && j2 % 32 == 0;
      if (in3) {
        const float x4 = p0[i0 * 64 + i1];
        p2[i1 + (long long)x0 * 64LL] = p2[i1 + (long long)x0 * 64LL] + x4;
      }
    }
  }
}
// Launch[gridX=8, gridY=1, gridZ=1, blockX=256, blockY=1, sharedBytes=0], arguments [0, 1, 2]
