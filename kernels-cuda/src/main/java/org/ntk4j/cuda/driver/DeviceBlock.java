package org.ntk4j.cuda.driver;

/// Memory of a card, from its [DevicePool].
///
/// @param address aligned to 256 bytes
/// @param bytes at least what was asked for
public record DeviceBlock(long address, long bytes) {}
