// 4096 x 4096 x 2048, 1 of them, in tiles of 128 x 128 x 8; sums in 1 parts.
extern "C" __global__ void __launch_bounds__(256)
    kernel(const float* __restrict__ a, const float* __restrict__ b, float* __restrict__ c) {
  __shared__ __align__(16) float s[4224];
  const int tid = threadIdx.x;
  const int tile = blockIdx.x % 1024;
  const int part = blockIdx.x / 1024 % 1;
  const int z = blockIdx.x / 1024;
  const int first = tile / 256 * 8;
  const int height = 8;
  const int rowTile = first + tile % 256 % height;
  const int columnTile = tile % 256 / height;
  const int i0 = rowTile * 128;
  const int j0 = columnTile * 128;
  const bool cWide = ((unsigned long long)c & 15) == 0;
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
    aAt[l] = i * 2048;
    aIn[l] = true;
  }
  int bAt[1];
  bool bIn[1];
  float bNext[1][1][4];
  const bool bWide = ((unsigned long long)b & 15) == 0;
#pragma unroll
  for (int l = 0; l < 1; l++) {
    const unsigned u = tid;
    const int j = j0 + (int)(u % 32) * 4;
    bAt[l] = j;
    bIn[l] = true;
  }
  for (int step = -1; step < 256; step++) {
    if (step + 1 < 256) {
      const int k0 = part * 2048 + (step + 1) * 8;
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
        const int k = k0 + (int)(u / 32);
        bool in = bIn[l];
        const int at = bAt[l] + k * 4096;
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
    if (step + 1 < 256) {
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
        const int m = (int)(u % 32) * 4;
        const int k = (int)(u / 32);
#pragma unroll
        for (int e = 0; e < 4; e++) {
          next[1056 + k * 132 + m + e] = bNext[l][0][e];
        }
      }
    }
    __syncthreads();
  }
#pragma unroll
  for (int r = 0; r < 8; r++) {
    const int i = i0 + r / 4 * 64 + ty * 4 + r % 4;
#pragma unroll
    for (int q = 0; q < 2; q++) {
      const int j = j0 + (q * 4) / 4 * 64 + tx * 4 + (q * 4) % 4;
      float values[4];
#pragma unroll
      for (int e = 0; e < 4; e++) {
        values[e] = sum[r][q * 4 + e];
      }
      {
        const int at = i * 4096 + j;
        ntk_tile_store(c + at, cWide, values);
      }
    }
  }
}
// Launch[gridX=1024, gridY=1, gridZ=1, blockX=256, blockY=1, sharedBytes=0]
