package org.ntk4j.ntk;

import java.util.Optional;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;

/// Shapes of one kernel computation; programs are cached by it.
///
/// @param x2 absent if the second examples are the first
/// @param ntk whether the NTK is wanted
/// @param nngp whether the NNGP kernel is wanted
record KernelRequest(
    Tree<Aval> params, Tree<Aval> x1, Optional<Tree<Aval>> x2, boolean ntk, boolean nngp) {}
