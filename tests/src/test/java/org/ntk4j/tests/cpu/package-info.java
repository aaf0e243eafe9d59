/// Tests of compiled programs against the reference evaluator.
@NullMarked
package org.ntk4j.tests.cpu;

import org.jspecify.annotations.NullMarked;
