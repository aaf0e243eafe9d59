package org.ntk4j.ntk;

/// Both kernels of one network, computed together.
///
/// @param ntk `Σ_w (∂y/∂w)(∂y'/∂w)`
/// @param nngp `y y'`
public record KernelPair(Kernel ntk, Kernel nngp) {}
