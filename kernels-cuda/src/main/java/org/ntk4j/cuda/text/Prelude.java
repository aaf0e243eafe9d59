package org.ntk4j.cuda.text;

/// The functions that kernels use. A program starts with their text, once; their names start with
/// `ntk_`, and none of them needs a header.
///
/// Functions of floating-point numbers are those of CUDA's own library at full accuracy. Its manual
/// states as the largest errors, in units in the last place: in `f32` none for arithmetic, `sqrt`
/// and `rem`, 1 for `expm1`, `log`, `log1p` and `cbrt`, 2 for `exp`, `sin`, `cos`, `cosh`, `asin`,
/// `acos`, `atan`, `tanh` and `erf`, 3 for `sinh`, `asinh`, `atanh` and `atan2`, 4 for `tan`,
/// `acosh`, `erfc` and `pow`; in `f64` 1 for `exp`, `expm1`, `log`, `log1p`, `cosh`, `tanh` and
/// `cbrt`, 2 for `sin`, `cos`, `tan`, `sinh`, `asin`, `acos`, `atan`, `atanh`, `erf`, `pow` and
/// `atan2`, 3 for `asinh` and `acosh`, 5 for `erfc`. By the manual's own words those were found by
/// trials, and are no guarantee; tests on the stand-in compute with the C library, and do not check
/// them. Special values are those of the functions in `org.ntk4j.ir.op`.
public final class Prelude {
  private Prelude() {}

  /// The text.
  public static String text() {
    return TEXT;
  }

  private static final String BITS =
      """
      // The number whose bits are those of x.
      template <typename To, typename From> __device__ inline To ntk_bits(From x) {
        union { From from; To to; } u;
        u.from = x;
        return u.to;
      }

      #define NTK_INFINITY ntk_bits<float>(0x7f800000u)
      #define NTK_NAN ntk_bits<float>(0x7fc00000u)

      """;

  /// `T` stands for the type, `U` for the unsigned one.
  private static final String INTEGERS =
      """
      // Integers: modulo 2^32 or 2^64. Division is by 0 and by -1, too.
      __device__ inline T ntk_add(T x, T y) { return (T)((U)x + (U)y); }
      __device__ inline T ntk_sub(T x, T y) { return (T)((U)x - (U)y); }
      __device__ inline T ntk_mul(T x, T y) { return (T)((U)x * (U)y); }
      __device__ inline T ntk_neg(T x) { return (T)(0 - (U)x); }
      __device__ inline T ntk_abs(T x) { return x < 0 ? ntk_neg(x) : x; }
      __device__ inline T ntk_sign(T x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }
      __device__ inline T ntk_max(T x, T y) { return x > y ? x : y; }
      __device__ inline T ntk_min(T x, T y) { return x < y ? x : y; }
      __device__ inline T ntk_div(T x, T y) {
        return y == 0 ? -1 : y == -1 ? ntk_neg(x) : x / y;
      }
      __device__ inline T ntk_rem(T x, T y) {
        return y == 0 ? x : y == -1 ? 0 : x % y;
      }
      __device__ inline T ntk_pow(T x, T y) {
        if (y < 0) { // The integer part of the inverse, -1 if x is 0.
          return x == 0 ? -1 : x == 1 ? 1 : x == -1 ? (y % 2 == 0 ? 1 : -1) : 0;
        }
        T power = 1;
        for (T square = x; y != 0; y /= 2, square = ntk_mul(square, square)) {
          power = y % 2 == 0 ? power : ntk_mul(power, square);
        }
        return power;
      }

      """;

  /// `T` stands for the type, `@` for the suffix of its functions, `#` for that of its constants.
  private static final String REALS =
      """
      // Floating point. NaN wins; of zeros, 0 is larger than -0.
      __device__ inline T ntk_larger(T x, T y) {
        return x > y ? x : x < y ? y : x == y ? (1 / x > 1 / y ? x : y) : x + y;
      }
      __device__ inline T ntk_smaller(T x, T y) {
        return x < y ? x : x > y ? y : x == y ? (1 / x < 1 / y ? x : y) : x + y;
      }
      __device__ inline T ntk_sign(T x) { return x > 0 ? (T)1 : x < 0 ? (T)-1 : x; }
      // NaN where y is NaN, and where |x| is 1 and y infinite.
      __device__ inline T ntk_pow(T x, T y) {
        return fabs@(x) == 1 && !(y - y == 0) ? y - y : pow@(x, y);
      }
      __device__ inline T ntk_logistic(T x) {
        const T e = exp@(-fabs@(x));
        return (x < 0 ? e : (T)1) / (1 + e);
      }
      __device__ inline T ntk_softplus(T x) {
        return (x > 0 ? x : (T)0) + log1p@(exp@(-fabs@(x)));
      }
      // To integers: toward zero, the largest or smallest where x is beyond, 0 for NaN.
      __device__ inline int ntk_int(T x) {
        return x != x ? 0 : x >= 2147483648.0# ? 2147483647
            : x <= -2147483648.0# ? -2147483647 - 1 : (int)x;
      }
      __device__ inline long long ntk_long(T x) {
        return x != x ? 0 : x >= 9223372036854775808.0# ? 9223372036854775807LL
            : x <= -9223372036854775808.0# ? -9223372036854775807LL - 1 : (long long)x;
      }

      """;

  private static final String EXTREMA =
      """
      __device__ inline double ntk_max(double x, double y) { return ntk_larger(x, y); }
      __device__ inline double ntk_min(double x, double y) { return ntk_smaller(x, y); }
      #if !defined(NTK4J_STAND_IN) && __CUDA_ARCH__ >= 800
      __device__ inline float ntk_max(float x, float y) {
        float z;
        asm("max.NaN.f32 %0, %1, %2;" : "=f"(z) : "f"(x), "f"(y));
        return z;
      }
      __device__ inline float ntk_min(float x, float y) {
        float z;
        asm("min.NaN.f32 %0, %1, %2;" : "=f"(z) : "f"(x), "f"(y));
        return z;
      }
      #else
      __device__ inline float ntk_max(float x, float y) { return ntk_larger(x, y); }
      __device__ inline float ntk_min(float x, float y) { return ntk_smaller(x, y); }
      #endif

      """;

  private static final String RANDOM =
      """
      // Words 0 and 1 of Philox4x32-10 of a key and a counter below 2^64.
      __device__ inline long long ntk_philox(long long key, long long counter) {
        unsigned k0 = (unsigned)key;
        unsigned k1 = (unsigned)((unsigned long long)key >> 32);
        unsigned a = (unsigned)counter;
        unsigned b = (unsigned)((unsigned long long)counter >> 32);
        unsigned c = 0;
        unsigned d = 0;
        for (int round = 0; round < 10; round++) {
          const unsigned long long p = 0xD2511F53ull * a;
          const unsigned long long q = 0xCD9E8D57ull * c;
          a = (unsigned)(q >> 32) ^ b ^ k0;
          b = (unsigned)q;
          c = (unsigned)(p >> 32) ^ d ^ k1;
          d = (unsigned)p;
          k0 += 0x9E3779B9u;
          k1 += 0xBB67AE85u;
        }
        return (long long)((unsigned long long)b << 32 | a);
      }

      """;

  private static final String MEMORY =
      """
      // Four elements, in as few accesses as their address allows.
      template <typename T> struct alignas(sizeof(T) < 4 ? 4 * sizeof(T) : 16) ntk_four {
        T x[4];
      };
      template <typename T> __device__ inline void ntk_load(T (&x)[4], const T* p) {
        if ((unsigned long long)p % alignof(ntk_four<T>) == 0) {
          const ntk_four<T> four = *(const ntk_four<T>*)p;
          for (int k = 0; k < 4; k++) { x[k] = four.x[k]; }
        } else {
          for (int k = 0; k < 4; k++) { x[k] = p[k]; }
        }
      }
      template <typename T> __device__ inline void ntk_store(T* p, const T (&x)[4]) {
        if ((unsigned long long)p % alignof(ntk_four<T>) == 0) {
          ntk_four<T> four;
          for (int k = 0; k < 4; k++) { four.x[k] = x[k]; }
          *(ntk_four<T>*)p = four;
        } else {
          for (int k = 0; k < 4; k++) { p[k] = x[k]; }
        }
      }

      // The x of the lane whose number differs in the bits of `lanes`; all lanes of a warp take part.
      template <typename T> __device__ inline T ntk_exchange(T x, int lanes) {
        return __shfl_xor_sync(0xffffffffu, x, lanes);
      }
      template <> __device__ inline bool ntk_exchange<bool>(bool x, int lanes) {
        return __shfl_xor_sync(0xffffffffu, (int)x, lanes) != 0;
      }

      """;

  private static final String ATOMICS =
      """
      // Elements that other threads combine into at the same time; in no order.
      __device__ inline void ntk_atomic_add(float* p, float x) { atomicAdd(p, x); }
      __device__ inline void ntk_atomic_add(double* p, double x) { atomicAdd(p, x); }
      __device__ inline void ntk_atomic_add(int* p, int x) { atomicAdd(p, x); }
      __device__ inline void ntk_atomic_add(long long* p, long long x) {
        atomicAdd((unsigned long long*)p, (unsigned long long)x);
      }
      struct ntk_times {
        static __device__ float of(float x, float y) { return x * y; }
        static __device__ double of(double x, double y) { return x * y; }
        static __device__ int of(int x, int y) { return ntk_mul(x, y); }
        static __device__ long long of(long long x, long long y) { return ntk_mul(x, y); }
      };
      struct ntk_maximum {
        template <typename T> static __device__ T of(T x, T y) { return ntk_max(x, y); }
      };
      struct ntk_minimum {
        template <typename T> static __device__ T of(T x, T y) { return ntk_min(x, y); }
      };
      template <typename How, typename Word, typename T>
      __device__ inline void ntk_atomic_words(T* p, T x) {
        Word* word = (Word*)p;
        Word old = 0; // A guess: if it is wrong, the first exchange says so.
        Word seen;
        do {
          seen = old;
          old = atomicCAS(word, seen, ntk_bits<Word>(How::of(ntk_bits<T>(seen), x)));
        } while (old != seen);
      }
      template <typename How, typename T> __device__ inline void ntk_atomic(T* p, T x) {
        if constexpr (sizeof(T) == 4) {
          ntk_atomic_words<How, unsigned>(p, x);
        } else {
          ntk_atomic_words<How, unsigned long long>(p, x);
        }
      }
      template <typename T> __device__ inline void ntk_atomic_mul(T* p, T x) {
        ntk_atomic<ntk_times>(p, x);
      }
      template <typename T> __device__ inline void ntk_atomic_max(T* p, T x) {
        ntk_atomic<ntk_maximum>(p, x);
      }
      template <typename T> __device__ inline void ntk_atomic_min(T* p, T x) {
        ntk_atomic<ntk_minimum>(p, x);
      }
      // Truth values: a byte of a word.
      __device__ inline void ntk_atomic_or(bool* p, bool x) {
        const unsigned long long at = (unsigned long long)p;
        if (x) { atomicOr((unsigned*)(at - at % 4), 1u << 8 * (at % 4)); }
      }
      __device__ inline void ntk_atomic_and(bool* p, bool x) {
        const unsigned long long at = (unsigned long long)p;
        if (!x) { atomicAnd((unsigned*)(at - at % 4), ~(0xffu << 8 * (at % 4))); }
      }

      """;

  private static final String TEXT =
      BITS
          + integers("int", "unsigned")
          + integers("long long", "unsigned long long")
          + reals("float", "f", "f")
          + reals("double", "", "")
          + EXTREMA
          + RANDOM
          + MEMORY
          + ATOMICS
          + MatrixFunctions.text();

  private static String integers(String type, String unsigned) {
    return INTEGERS.replaceAll("\\bT\\b", type).replaceAll("\\bU\\b", unsigned);
  }

  private static String reals(String type, String functions, String constants) {
    return REALS.replaceAll("\\bT\\b", type).replace("@", functions).replace("#", constants);
  }
}
