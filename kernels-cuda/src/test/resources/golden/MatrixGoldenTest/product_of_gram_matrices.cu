// 4000 x 4000 x 512, 1 of them, in tiles of 128 x 128 x 8; sums in 1 parts.
extern "C" __global__ void __launch_bounds__(256)
    kernel(const float* __restrict__ a, const float* __restrict__ b, const float* __restrict__ p1, const float* __restrict__ p2, float* __restrict__ p3) {
  __shared__ __align__(16) float s[4224];
  const int tid = threadIdx.x;
  const int tile = blockIdx.x % 528;
  const int part = blockIdx.x / 528 % 1;
  const int z = blockIdx.x / 528;
  int columnTile = (int)((sqrt(8.0 * tile + 1) - 1) / 2);
  while ((columnTile + 1LL) * (columnTile + 2LL) / 2 <= tile) columnTile++;
  while (columnTile * (columnTile + 1LL) / 2 > tile) columnTile--;
  const int rowTile = (int)(tile - columnTile * (columnTile + 1LL) / 2);
  const int i0 = rowTile * 128;
  const int j0 = columnTile * 128;
  const int tx = tid % 16;
  const int ty = tid / 16 % 16;
  float sum[8][8] = {};
  int aAt[1];
  bool aIn[1];
  float aNext[1][1][4];
  const bool aWide = ((unsigned long long)a & 15) == 0;
#pragma unroll
  for (int l = 0; l < 1; l++) {
    const unsigned u = tid;
    const int i = i0 + (int)(u / 2);
    aAt[l] = i * 512;
    aIn[l] = i < 4000;
  }
  int bAt[1];
  bool bIn[1];
  float bNext[1][1][4];
  const bool bWide = ((unsigned long long)b & 15) == 0;
#pragma unroll
  for (int l = 0; l < 1; l++) {
    const unsigned u = tid;
    const int j = j0 + (int)(u / 2);
    bAt[l] = j * 512;
    bIn[l] = j < 4000;
  }
  for (int step = -1; step < 64; step++) {
    if (step + 1 < 64) {
      const int k0 = part * 512 + (step + 1) * 8;
#pragma unroll
      for (int l = 0; l < 1; l++) {
        const unsigned u = tid;
        const int k = k0 + (int)(u % 2) * 4;
        bool in = aIn[l];
        const int at = aAt[l] + k;
        ntk_tile_load(a, at, in, aWide, aNext[l][0]);
      }
#pragma unroll
      for (int l = 0; l < 1; l++) {
        const unsigned u = tid;
        const int k = k0 + (int)(u % 2) * 4;
        bool in = bIn[l];
        const int at = bAt[l] + k;
        ntk_tile_load(b, at, in, bWide, bNext[l][0]);
      }
    }
    if (step >= 0) {
      const float* const now = s + (step & 1) * 2112;
#pragma unroll
      for (int q = 0; q < 8; q++) {
        const int k = q;
        float fa[8];
#pragma unroll
        for (int r = 0; r < 2; r++) {
          ntk_tile_read<4>(now + k * 132 + r * 64 + ty * 4, fa + r * 4);
        }
        float fb[8];
#pragma unroll
        for (int r = 0; r < 2; r++) {
          ntk_tile_read<4>(now + 1056 + k * 132 + r * 64 + tx * 4, fb + r * 4);
        }
#pragma unroll
        for (int r = 0; r < 8; r++) {
#pragma unroll
          for (int e = 0; e < 8; e++) {
            sum[r][e] = fmaf(fa[r], fb[e], sum[r][e]);
          }
        }
      }
    }
    if (step + 1 < 64) {
      float* const next = s + (step + 1 & 1) * 2112;
#pragma unroll
      for (int l = 0; l < 1; l++) {
        const unsigned u = tid;
        const int m = (int)(u / 2);
        const int k = (int)(u % 2) * 4;
#pragma unroll
        for (int e = 0; e < 4; e++) {
          next[(k + e) * 132 + m] = aNext[l][0][e];
        }
      }
#pragma unroll
      for (int l = 0; l < 1; l++) {
        const unsigned u = tid;
        const int m = (int)(u / 2);
        const int k = (int)(u % 2) * 4;
#pragma unroll
        for (int e = 0; e < 4; e++) {
          next[1056 + (k + e) * 132 + m] = bNext[l][0][e];
        }
      }
    }
    __syncthreads();
  }
#pragma unroll
  for (int r = 0; r < 8; r++) {
    const int i = i0 + r / 4 * 64 + ty * 4 + r % 4;
    if (i >= 4000) continue;
#pragma unroll
    for (int q = 0; q < 8; q++) {
      const int j = j0 + q / 4 * 64 + tx * 4 + q % 4;
      if (j < 4000 && i <= j) {
        const float value = sum[r][q];
#pragma unroll 1
        for (int image = 0; image < (i < j ? 2 : 1); image++) {
          const int row = image == 0 ? i : j;
          const int column = image == 0 ? j : i;
          const int u0 = row;
          const int u1 = column;
          const float x0 = p1[u0 * 4000 + u1];
          const float x1 = p2[u0 * 4000 + u1];
          const float v2 = x1 * value;
          const float v3 = x0 + v2;
          p3[u0 * 4000 + u1] = v3;
        }
      }
    }
  }
}
// Launch[gridX=528, gridY=1, gridZ=1, blockX=256, blockY=1, sharedBytes=0]
