package org.ntk4j.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AmountsTest {
  @Test
  void bytes_below_1000_are_whole() {
    assertEquals("0 B", Amounts.bytes(0, 2));
    assertEquals("999 B", Amounts.bytes(999, 2));
    assertEquals("1.00 kB", Amounts.bytes(1000, 2));
    assertEquals("1.2 MB", Amounts.bytes(1_234_567, 1));
    assertEquals("9.22 EB", Amounts.bytes(Long.MAX_VALUE, 2));
  }

  @Test
  void counts_have_no_unit() {
    assertEquals("7", Amounts.count(7, 2));
    assertEquals("1.38 k", Amounts.count(1380, 2));
    assertEquals("9.22 E", Amounts.count(Long.MAX_VALUE, 2));
  }

  @Test
  void digits_are_printed_as_asked() {
    assertEquals("<2.5> Ms", Amounts.scaled(2.5e6, "s", value -> "<" + value + ">"));
  }
}
