package org.ntk4j.autodiff;

import org.ntk4j.ir.Program;

/// A program split in two: what does not depend on tangents, and what is linear in them.
///
/// @param primal inputs → outputs, then residuals
/// @param linear residuals, then tangents of the active floating-point inputs → tangents of the
///   floating-point outputs (a literal zero where nothing reaches)
/// @param residuals number of residuals
public record Linearized(Program primal, Program linear, int residuals) {}
