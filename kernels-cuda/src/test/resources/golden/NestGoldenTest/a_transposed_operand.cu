// i0 < 200, i1 < 300: tiles of i0, i1 are transposed
// f32 p2[300 i0 + i1] is set.
extern "C" __global__ void __launch_bounds__(256) kernel(
    const float* __restrict__ p0,
    const float* __restrict__ p1,
    float* __restrict__ p2) {
  const unsigned tile = blockIdx.x;
  const int along = tile % 10u * 32;
  const int across = tile / 10u * 32;
  __shared__ float shared0[32][33];
  for (int row = threadIdx.y; row < 32; row += 8) {
    const int i0 = across + threadIdx.x;
    const int i1 = along + row;
    if (i0 < 200 && i1 < 300) {
      shared0[row][threadIdx.x] = p1[i0 + i1 * 200];
    }
  }
  __syncthreads();
  for (int row = threadIdx.y; row < 32; row += 8) {
    const int i1 = along + threadIdx.x;
    const int i0 = across + row;
    if (i1 < 300 && i0 < 200) {
      const float x1 = p0[i0 * 300 + i1];
      const float v2 = x1 + shared0[threadIdx.x][row];
      p2[i0 * 300 + i1] = v2;
    }
  }
}
// Launch[gridX=70, gridY=1, gridZ=1, blockX=32, blockY=8, sharedBytes=0], arguments [0, 1, 2]
