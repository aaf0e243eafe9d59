// i0 < 500, i1 < 64: a thread for each i0, i1
// f32 p2[64 i0 + i1] is set.
extern "C" __global__ void __launch_bounds__(256) kernel(
    const float* __restrict__ p0,
    const int* __restrict__ p1,
    float* __restrict__ p2) {
  const unsigned t = blockIdx.x * 256u + threadIdx.x;
  if (t < 32000u) {
    const int i0 = t / 64u;
    const int i1 = t % 64u;
    const int x0 = p1[i0];
    const long long j1 = (long long)x0;
    const bool in2 = j1 >= 0 && j1 < 1000;
    const float v3 = in2 ? p0[i1 + (long long)x0 * 64LL] : 0.0f;
    p2[i0 * 64 + i1] = v3;
  }
}
// Launch[gridX=125, gridY=1, gridZ=1, blockX=256, blockY=1, sharedBytes=0], arguments [0, 1, 2]
