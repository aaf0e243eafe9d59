// 500 x 500 x 100000, 1 of them, in tiles of 128 x 128 x 16; sums in 27 parts.
extern "C" __global__ void __launch_bounds__(256)
    kernel(const float* __restrict__ a, const float* __restrict__ b, float* __restrict__ c) {
  __shared__ __align__(16) float s[8704];
  const int tid = threadIdx.x;
  const int tile = blockIdx.x % 10;
  const int part = blockIdx.x / 10 % 27;
  const int z = blockIdx.x / 270;
  int columnTile = (int)((sqrt(8.0 * tile + 1) - 1) / 2);
  while ((columnTile + 1LL) * (columnTile + 2LL) / 2 <= tile) columnTile++;
  while (columnTile * (columnTile + 1LL) / 2 > tile) columnTile--;
  const int rowTile = (int)(tile - columnTile * (columnTile + 1LL) / 2);
  const int i0 = rowTile * 128;
  const int j0 = columnTile * 128;
  c += (part * 1LL + z) * 250000;
  const int g = tid % 32 / 4;
  const int t = tid % 4;
  const int wm = tid / 32 / 4 * 64;
  const int wn = tid / 32 % 4 * 32;
  float sum[4][4][4] = {};
  int aAt[2];
  bool aIn[2];
  float aNext[2][1][4];
  const bool aWide = ((unsigned long long)a & 15) == 0;
#pragma unroll
  for (int l = 0; l < 2; l++) {
    const unsigned u = tid + l * 256u;
    const int i = i0 + (int)(u / 4);
    aAt[l] = i * 100000;
    aIn[l] = i < 500;
  }
  int bAt[2];
  bool bIn[2];
  float bNext[2][1][4];
  const bool bWide = ((unsigned long long)b & 15) == 0;
#pragma unroll
  for (int l = 0; l < 2; l++) {
    const unsigned u = tid + l * 256u;
    const int j = j0 + (int)(u / 4);
    bAt[l] = j * 100000;
    bIn[l] = j < 500;
  }
  for (bool plain = false;; plain = true) {
    for (int step = -1; step < 232; step++) {
      if (step + 1 < 232) {
        const int k0 = part * 3712 + (step + 1) * 16;
#pragma unroll
        for (int l = 0; l < 2; l++) {
          const unsigned u = tid + l * 256u;
          const int k = k0 + (int)(u % 4) * 4;
          bool in = aIn[l] && k < 100000;
          const int at = aAt[l] + k;
          ntk_tile_load(a, at, in, aWide, aNext[l][0]);
        }
#pragma unroll
        for (int l = 0; l < 2; l++) {
          const unsigned u = tid + l * 256u;
          const int k = k0 + (int)(u % 4) * 4;
          bool in = bIn[l] && k < 100000;
          const int at = bAt[l] + k;
          ntk_tile_load(b, at, in, bWide, bNext[l][0]);
        }
      }
      if (step >= 0) {
        const float* const now = s + (step & 1) * 4352;
        if (!plain) {
          unsigned fb[4][2][2], fbRest[4][2][2];
#pragma unroll
          for (int n = 0; n < 4; n++) {
#pragma unroll
            for (int q = 0; q < 2; q++) {
              ntk_split(now[2176 + ntk_turned(q * 8 + t, wn + n * 8 + g, 136)], fb[n][q][0], fbRest[n][q][0]);
              ntk_split(now[2176 + ntk_turned(q * 8 + t + 4, wn + n * 8 + g, 136)], fb[n][q][1], fbRest[n][q][1]);
            }
          }
#pragma unroll
          for (int m = 0; m < 4; m++) {
            unsigned fa[2][4], faRest[2][4];
#pragma unroll
            for (int q = 0; q < 2; q++) {
              ntk_split(now[ntk_turned(q * 8 + t, wm + m * 16 + g, 136)], fa[q][0], faRest[q][0]);
              ntk_split(now[ntk_turned(q * 8 + t, wm + m * 16 + g + 8, 136)], fa[q][1], faRest[q][1]);
              ntk_split(now[ntk_turned(q * 8 + t + 4, wm + m * 16 + g, 136)], fa[q][2], faRest[q][2]);
              ntk_split(now[ntk_turned(q * 8 + t + 4, wm + m * 16 + g + 8, 136)], fa[q][3], faRest[q][3]);
            }
#pragma unroll
            for (int n = 0; n < 4; n++) {
              float part[4] = {};
#pragma unroll
              for (int q = 0; q < 2; q++) {
                ntk_mma_tf32(part, faRest[q], fb[n][q]);
                ntk_mma_tf32(part, fa[q], fbRest[n][q]);
              }
#pragma unroll
              for (int q = 0; q < 2; q++) {
                ntk_mma_tf32(part, fa[q], fb[n][q]);
              }
#pragma unroll
              for (int e = 0; e < 4; e++) {
                sum[m][n][e] += part[e];
              }
            }
          }
        }
        else {
#pragma unroll 1
          for (int k = 0; k < 16; k++) {
            float xb[8];
#pragma unroll
            for (int j = 0; j < 8; j++) {
              xb[j] = now[2176 + ntk_turned(k, wn + j / 2 * 8 + t * 2 + j % 2, 136)];
            }
#pragma unroll
            for (int i = 0; i < 8; i++) {
              const float xa = now[ntk_turned(k, wm + i * 8 + g, 136)];
#pragma unroll
              for (int j = 0; j < 8; j++) {
                float& to = sum[i / 2][j / 2][i % 2 * 2 + j % 2];
                to = fmaf(xa, xb[j], to);
              }
            }
          }
        }
      }
      if (step + 1 < 232) {
        float* const next = s + (step + 1 & 1) * 4352;
#pragma unroll
        for (int l = 0; l < 2; l++) {
          const unsigned u = tid + l * 256u;
          const int m = (int)(u / 4);
          const int k = (int)(u % 4) * 4;
#pragma unroll
          for (int e = 0; e < 4; e++) {
            next[ntk_turned(k + e, m, 136)] = aNext[l][0][e];
          }
        }
#pragma unroll
        for (int l = 0; l < 2; l++) {
          const unsigned u = tid + l * 256u;
          const int m = (int)(u / 4);
          const int k = (int)(u % 4) * 4;
#pragma unroll
          for (int e = 0; e < 4; e++) {
            next[2176 + ntk_turned(k + e, m, 136)] = bNext[l][0][e];
          }
        }
      }
      __syncthreads();
    }
    bool finite = true;
#pragma unroll
    for (int m = 0; m < 4; m++) {
#pragma unroll
      for (int n = 0; n < 4; n++) {
#pragma unroll
        for (int e = 0; e < 4; e++) {
          finite = finite && sum[m][n][e] - sum[m][n][e] == 0;
        }
      }
    }
    if (plain || !__syncthreads_or(!finite)) break;
#pragma unroll
    for (int m = 0; m < 4; m++) {
#pragma unroll
      for (int n = 0; n < 4; n++) {
#pragma unroll
        for (int e = 0; e < 4; e++) {
          sum[m][n][e] = 0;
        }
      }
    }
  }
#pragma unroll
  for (int r = 0; r < 8; r++) {
    const int m = r / 2;
    const int h = r % 2;
    const int i = i0 + wm + m * 16 + h * 8 + g;
    if (i >= 500) continue;
#pragma unroll
    for (int n = 0; n < 4; n++) {
#pragma unroll
      for (int e = 0; e < 2; e++) {
        const int j = j0 + wn + n * 8 + t * 2 + e;
        if (j < 500 && i <= j) {
          c[i * 500 + j] = sum[m][n][h * 2 + e];
        }
      }
    }
  }
}
// Launch[gridX=270, gridY=1, gridZ=1, blockX=256, blockY=1, sharedBytes=0]

// The sum of 27 parts of 250000 elements.
extern "C" __global__ void __launch_bounds__(128)
    kernel_join(const float* __restrict__ parts, float* __restrict__ c) {
  const long long e = blockIdx.x * 128LL + threadIdx.x;
  if (e >= 250000) return;
  const int i = e / 500 % 500;
  const int j = e % 500;
  const int z = e / 250000;
  const long long from = e + (i > j ? (j - i) * 499LL : 0);
  float sum = parts[from];
  for (int p = 1; p < 27; p++) {
    sum += parts[from + p * 250000LL];
  }
  c[i * 500 + j] = sum;
}
// Launch[gridX=1954, gridY=1, gridZ=1, blockX=128, blockY=1, sharedBytes=0]
