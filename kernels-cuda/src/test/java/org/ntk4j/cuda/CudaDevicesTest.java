package org.ntk4j.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.ntk4j.cuda.CudaDevices.Card;

class CudaDevicesTest {
  @Test
  void there_are_cards_or_a_reason() {
    CudaDevices devices = CudaDevices.here();
    assertEquals(devices.problem().isEmpty(), devices.isAvailable());
    if (devices.cards().isEmpty()) {
      assertFalse(devices.problem().orElseThrow().isBlank());
    }
    for (Card card : devices.cards()) {
      assertTrue(card.architecture().matches("sm_\\d+"), card::toString);
      assertTrue(card.bytes() > 0, card::toString);
    }
  }

  @Test
  void asking_again_changes_nothing() {
    assertEquals(CudaDevices.here(), CudaDevices.here());
  }
}
