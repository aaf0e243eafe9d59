// 16384 x 128 x 576, 1 of them, in tiles of 128 x 128 x 16; sums in 1 parts.
extern "C" __global__ void __launch_bounds__(128)
    kernel(const float* __restrict__ a, const float* __restrict__ b, float* __restrict__ c) {
  __shared__ __align__(16) unsigned s[4352];
  const int tid = threadIdx.x;
  const int tile = blockIdx.x % 128;
  const int part = blockIdx.x / 128 % 1;
  const int z = blockIdx.x / 128;
  const int rowTile = tile % 128;
  const int columnTile = tile / 128;
  const int i0 = rowTile * 128;
  const int j0 = columnTile * 128;
  a += -1088;
  const bool cWide = ((unsigned long long)c & 15) == 0;
  const int g = tid % 32 / 4;
  const int t = tid % 4;
  const int wm = tid / 32 / 2 * 64;
  const int wn = tid / 32 % 2 * 64;
  float sum[4][8][4] = {};
  int aAt[4];
  bool aIn[4];
  int aIndex0[4];
  int aIndex1[4];
  float aNext[4][1][4];
  const bool aWide = ((unsigned long long)a & 15) == 0;
#pragma unroll
  for (int l = 0; l < 4; l++) {
    const unsigned u = tid + l * 128u;
    const int i = i0 + (int)(u / 4);
    const int image = i / 256;
    const int at0 = i / 16 % 16;
    const int at1 = i % 16;
    aAt[l] = image * 16384 + at0 * 1024 + at1 * 64;
    aIn[l] = true;
    aIndex0[l] = at0 - 1;
    aIndex1[l] = at1 - 1;
  }
  int bAt[2];
  bool bIn[2];
  float bNext[2][2][4];
  const bool bWide = ((unsigned long long)b & 15) == 0;
#pragma unroll
  for (int l = 0; l < 2; l++) {
    const unsigned u = tid + l * 128u;
    const int j = j0 + (int)(u % 32) * 4;
    const int output = j;
    bAt[l] = output;
    bIn[l] = true;
  }
  for (int step = -1; step < 36; step++) {
    if (step + 1 < 36) {
      const int k0 = part * 576 + (step + 1) * 16;
#pragma unroll
      for (int l = 0; l < 4; l++) {
        const unsigned u = tid + l * 128u;
        const int k = k0 + (int)(u % 4) * 4;
        const int tap0 = k / 192;
        const int tap1 = k / 64 % 3;
        const int feature = k % 64;
        bool in = aIn[l];
        const int x0 = aIndex0[l] + tap0;
        in = in && x0 >= 0;
        in = in && x0 < 16;
        const int x1 = aIndex1[l] + tap1;
        in = in && x1 >= 0;
        in = in && x1 < 16;
        const int at = aAt[l] + feature + tap0 * 1024 + tap1 * 64;
        ntk_tile_load(a, at, in, aWide, aNext[l][0]);
      }
#pragma unroll
      for (int l = 0; l < 2; l++) {
        const unsigned u = tid + l * 128u;
#pragma unroll
        for (int h = 0; h < 2; h++) {
          const int k = k0 + (int)(u / 32) * 2 + h;
          const int tap0 = k / 192;
          const int tap1 = k / 64 % 3;
          const int feature = k % 64;
          bool in = bIn[l];
          const int at = bAt[l] + feature * 128 + tap0 * 24576 + tap1 * 8192;
          ntk_tile_load(b, at, in, bWide, bNext[l][h]);
        }
      }
    }
    if (step >= 0) {
      const unsigned* const now = s + (step & 1) * 2176;
#pragma unroll
      for (int q = 0; q < 1; q++) {
        unsigned fa[4][4], fb[8][2];
#pragma unroll
        for (int m = 0; m < 4; m++) {
          fa[m][0] = now[(q * 8 + t) * 136 + wm + m * 16 + g];
          fa[m][1] = now[(q * 8 + t) * 136 + wm + m * 16 + g + 8];
          fa[m][2] = now[(q * 8 + t + 4) * 136 + wm + m * 16 + g];
          fa[m][3] = now[(q * 8 + t + 4) * 136 + wm + m * 16 + g + 8];
        }
#pragma unroll
        for (int n = 0; n < 8; n++) {
          fb[n][0] = now[1088 + (q * 8 + t) * 136 + wn + n * 8 + g];
          fb[n][1] = now[1088 + (q * 8 + t + 4) * 136 + wn + n * 8 + g];
        }
#pragma unroll
        for (int m = 0; m < 4; m++) {
#pragma unroll
          for (int n = 0; n < 8; n++) {
            ntk_mma_bf16(sum[m][n], fa[m], fb[n]);
          }
        }
      }
    }
    if (step + 1 < 36) {
      unsigned* const next = s + (step + 1 & 1) * 2176;
#pragma unroll
      for (int l = 0; l < 4; l++) {
        const unsigned u = tid + l * 128u;
        const int m = (int)(u / 4);
        const int k = (int)(u % 4) * 4;
#pragma unroll
        for (int e = 0; e < 2; e++) {
          next[(k / 2 + e) * 136 + m] = ntk_bf16x2(aNext[l][0][2 * e], aNext[l][0][2 * e + 1]);
        }
      }
#pragma unroll
      for (int l = 0; l < 2; l++) {
        const unsigned u = tid + l * 128u;
        const int m = (int)(u % 32) * 4;
        const int k = (int)(u / 32) * 2;
#pragma unroll
        for (int e = 0; e < 4; e++) {
          next[1088 + (k / 2) * 136 + m + e] = ntk_bf16x2(bNext[l][0][e], bNext[l][1][e]);
        }
      }
    }
    __syncthreads();
  }
#pragma unroll
  for (int r = 0; r < 8; r++) {
    const int m = r / 2;
    const int h = r % 2;
    const int i = i0 + wm + m * 16 + h * 8 + g;
#pragma unroll
    for (int n = 0; n < 8; n++) {
      const int j = j0 + wn + n * 8 + t * 2;
      float values[2] = {sum[m][n][h * 2], sum[m][n][h * 2 + 1]};
      {
        const int image = i / 256;
        const int at0 = i / 16 % 16;
        const int at1 = i % 16;
        const int output = j;
        const int at = image * 32768 + output + at0 * 2048 + at1 * 128;
        ntk_tile_store(c + at, cWide, values);
      }
    }
  }
}
// Launch[gridX=128, gridY=1, gridZ=1, blockX=128, blockY=1, sharedBytes=0]
