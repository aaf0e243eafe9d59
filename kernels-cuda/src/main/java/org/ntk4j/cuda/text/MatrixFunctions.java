package org.ntk4j.cuda.text;

/// The functions that products and convolutions use. Those of tensor cores are written in plain C,
/// too, with the same rounding: for cards before compute capability 8, and for where
/// `NTK4J_STAND_IN` is defined.
final class MatrixFunctions {
  private static final String TEXT =
      """
      #if !defined(NTK4J_STAND_IN) && __CUDA_ARCH__ >= 800
      #define NTK_MMA
      #endif

      template <class T, int N> struct alignas(sizeof(T) * N) ntk_vector { T e[N]; };

      // Neighbours in memory, or 0. `wide`: at a multiple of their size.
      template <class T, class I, int N>
      __device__ __forceinline__ void ntk_tile_load(
          const T* p, I at, bool in, bool wide, T (&to)[N]) {
        if (in && wide) {
          const ntk_vector<T, N> v = *(const ntk_vector<T, N>*)(p + at);
      #pragma unroll
          for (int e = 0; e < N; e++) to[e] = v.e[e];
        } else {
      #pragma unroll
          for (int e = 0; e < N; e++) to[e] = in ? p[at + e] : (T)0;
        }
      }

      template <class T, int N>
      __device__ __forceinline__ void ntk_tile_store(T* to, bool wide, const T (&from)[N]) {
        if (wide) {
          ntk_vector<T, N> v;
      #pragma unroll
          for (int e = 0; e < N; e++) v.e[e] = from[e];
          *(ntk_vector<T, N>*)to = v;
        } else {
      #pragma unroll
          for (int e = 0; e < N; e++) to[e] = from[e];
        }
      }

      // Neighbours in shared memory.
      template <int N, class T>
      __device__ __forceinline__ void ntk_tile_read(const T* from, T* to) {
        const ntk_vector<T, N> v = *(const ntk_vector<T, N>*)from;
      #pragma unroll
        for (int e = 0; e < N; e++) to[e] = v.e[e];
      }

      // Row k and column m of a tile. Groups of 8 change places, so that threads that write
      // 4 rows each, and threads that read 4 rows, find their words in 32 banks.
      __device__ __forceinline__ int ntk_turned(int k, int m, int pitch) {
        return k * pitch + (m ^ ((k >> 2 & 3) << 3));
      }

      // To 10 bits of mantissa, ties away from 0.
      __device__ __forceinline__ unsigned ntk_tf32(float x) {
      #ifdef NTK_MMA
        unsigned y;
        asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(y) : "f"(x));
        return y;
      #else
        const unsigned u = ntk_bits<unsigned>(x);
        return (u >> 23 & 255) == 255 ? u : (u + 0x1000u) & 0xffffe000u;
      #endif
      }

      // x as a sum of two.
      __device__ __forceinline__ void ntk_split(float x, unsigned& high, unsigned& rest) {
        high = ntk_tf32(x);
        rest = ntk_tf32(x - ntk_bits<float>(high));
      }

      // To 7 bits of mantissa, ties to even; low in the low half.
      __device__ __forceinline__ unsigned ntk_bf16x2(float low, float high) {
      #ifdef NTK_MMA
        unsigned y;
        asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(y) : "f"(high), "f"(low));
        return y;
      #else
        const float both[2] = {low, high};
        unsigned y = 0;
        for (int e = 0; e < 2; e++) {
          const unsigned u = ntk_bits<unsigned>(both[e]);
          const bool isNan = (u & 0x7fffffffu) > 0x7f800000u;
          y |= (isNan ? 0x7fffu : (u + 0x7fffu + (u >> 16 & 1)) >> 16) << (16 * e);
        }
        return y;
      #endif
      }

      #ifndef NTK_MMA
      // Word s of a row of the left factor times word s of a column of the right.
      template <bool PAIRS> __device__ float ntk_dot(unsigned a, unsigned b) {
        if (!PAIRS) return ntk_bits<float>(a) * ntk_bits<float>(b);
        return ntk_bits<float>(a << 16) * ntk_bits<float>(b << 16)
            + ntk_bits<float>(a & 0xffff0000u) * ntk_bits<float>(b & 0xffff0000u);
      }

      // Two words of another lane, the first in the low half.
      __device__ inline unsigned long long ntk_pair_of(unsigned low, unsigned high, int lane) {
        return __shfl_sync(0xffffffffu, (unsigned long long)high << 32 | low, lane);
      }

      template <bool PAIRS>
      __device__ __noinline__ void ntk_mma(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
        const int lane = threadIdx.x % 32;
        for (int s = 0; s < 4; s++) {
          const unsigned long long left = ntk_pair_of(b[0], b[1], lane % 4 * 8 + s);
          const unsigned long long right = ntk_pair_of(b[0], b[1], lane % 4 * 8 + 4 + s);
          for (int h = 0; h < 2; h++) {
            const unsigned long long rows = ntk_pair_of(a[2 * h], a[2 * h + 1], lane / 4 * 4 + s);
            for (int e = 0; e < 4; e++) {
              const unsigned column = (unsigned)((e % 2 == 0 ? left : right) >> 32 * h);
              d[e] += ntk_dot<PAIRS>((unsigned)(rows >> 32 * (e / 2)), column);
            }
          }
        }
      }
      #endif

      // d += a b by one warp: 16 x 8 by 8 x 8, as TF32.
      __device__ __forceinline__ void ntk_mma_tf32(
          float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
      #ifdef NTK_MMA
        asm volatile(
            "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
            "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
            : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
      #else
        ntk_mma<false>(d, a, b);
      #endif
      }

      // d += a b by one warp: 16 x 16 by 16 x 8, as BF16.
      __device__ __forceinline__ void ntk_mma_bf16(
          float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
      #ifdef NTK_MMA
        asm volatile(
            "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
            "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
            : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
      #else
        ntk_mma<true>(d, a, b);
      #endif
      }

      // d += a b by one warp: 16 x 8 by 8 x 8, in double.
      __device__ __forceinline__ void ntk_mma_f64(
          double (&d)[4], const double (&a)[4], const double (&b)[2]) {
      #ifndef NTK_MMA
        const int lane = threadIdx.x % 32;
        for (int s = 0; s < 4; s++) {
          for (int h = 0; h < 2; h++) {
            const double upper = __shfl_sync(0xffffffffu, a[h * 2], lane / 4 * 4 + s);
            const double lower = __shfl_sync(0xffffffffu, a[h * 2 + 1], lane / 4 * 4 + s);
            for (int e = 0; e < 2; e++) {
              const double column = __shfl_sync(0xffffffffu, b[h], lane % 4 * 8 + e * 4 + s);
              d[e] = fma(upper, column, d[e]);
              d[e + 2] = fma(lower, column, d[e + 2]);
            }
          }
        }
      #elif __CUDA_ARCH__ >= 900
        asm volatile(
            "mma.sync.aligned.m16n8k8.row.col.f64.f64.f64.f64 "
            "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
            : "+d"(d[0]), "+d"(d[1]), "+d"(d[2]), "+d"(d[3])
            : "d"(a[0]), "d"(a[1]), "d"(a[2]), "d"(a[3]), "d"(b[0]), "d"(b[1]));
      #else
      #pragma unroll
        for (int e = 0; e < 4; e++) {
          asm volatile(
              "mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%0, %1}, {%2}, {%3}, {%0, %1};"
              : "+d"(d[e % 2 * 2]), "+d"(d[e % 2 * 2 + 1])
              : "d"(a[e]), "d"(b[e / 2]));
        }
      #endif
      }
      """;

  private MatrixFunctions() {}

  static String text() {
    return TEXT;
  }
}
