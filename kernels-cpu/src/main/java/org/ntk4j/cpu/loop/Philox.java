package org.ntk4j.cpu.loop;

/// The random bits of [org.ntk4j.core.RandomKey] as a function in LLVM IR.
final class Philox {
  static final String NAME = "ntk4j.philox";

  static final String TEXT = text();

  private Philox() {}

  private static final int ROUNDS = 10;

  /// Words 0 and 1 of Philox4x32-10 of a key and a counter below 2^64.
  private static String text() {
    StringBuilder text =
        new StringBuilder(
            """
            define internal i64 @ntk4j.philox(i64 %key, i64 %counter) \
            nounwind willreturn memory(none) {
            entry:
              %key0 = trunc i64 %key to i32
              %keyHigh = lshr i64 %key, 32
              %key1 = trunc i64 %keyHigh to i32
              %a0 = trunc i64 %counter to i32
              %counterHigh = lshr i64 %counter, 32
              %b0 = trunc i64 %counterHigh to i32
              %c0 = add i32 0, 0
              %d0 = add i32 0, 0
            """);
    int weyl0 = 0;
    int weyl1 = 0;
    for (int round = 0; round < ROUNDS; round++) {
      text.append(
          ROUND
              .replace("<i>", Integer.toString(round))
              .replace("<j>", Integer.toString(round + 1))
              .replace("<w0>", Integer.toString(weyl0))
              .replace("<w1>", Integer.toString(weyl1)));
      weyl0 += WEYL_0;
      weyl1 += WEYL_1;
    }
    return text.append(
            """
              %low = zext i32 %a10 to i64
              %high = zext i32 %b10 to i64
              %up = shl i64 %high, 32
              %bits = or i64 %up, %low
              ret i64 %bits
            }
            """)
        .toString();
  }

  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;

  /// Multiplies by 0xD2511F53 and 0xCD9E8D57.
  private static final String ROUND =
      """
        %k0_<i> = add i32 %key0, <w0>
        %k1_<i> = add i32 %key1, <w1>
        %wideA<i> = zext i32 %a<i> to i64
        %wideC<i> = zext i32 %c<i> to i64
        %p<i> = mul i64 %wideA<i>, 3528531795
        %q<i> = mul i64 %wideC<i>, 3449720151
        %pHigh<i> = lshr i64 %p<i>, 32
        %qHigh<i> = lshr i64 %q<i>, 32
        %pTop<i> = trunc i64 %pHigh<i> to i32
        %qTop<i> = trunc i64 %qHigh<i> to i32
        %x<i> = xor i32 %qTop<i>, %b<i>
        %a<j> = xor i32 %x<i>, %k0_<i>
        %b<j> = trunc i64 %q<i> to i32
        %y<i> = xor i32 %pTop<i>, %d<i>
        %c<j> = xor i32 %y<i>, %k1_<i>
        %d<j> = trunc i64 %p<i> to i32
      """;
}
