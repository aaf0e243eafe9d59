/// Finite-width neural tangent kernels, NNGP kernels, kernel-vector products and Taylor expansions.
///
/// Start at [org.ntk4j.ntk.Ntk].
package org.ntk4j.ntk;
