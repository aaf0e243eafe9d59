/// Tests that cross modules: architecture, tidiness, golden programs, contracts and parity.
@NullMarked
package org.ntk4j.tests;

import org.jspecify.annotations.NullMarked;
