package org.ntk4j.autodiff.structure;

/// One kernel asked for: between output `first` of the first side and output `second` of the
/// second.
///
/// Its axes interleave: for each `k`, axis `k` of the first output, then axis `k` of the second;
/// traced axes are absent, diagonal axes present once.
public record KernelEntry(int first, int second, KernelAxes axes) {}
