/// The CPU back end: programs compiled for this machine's processor, the products that the
/// reference evaluator asks for, and what the machine has to offer.
@NullMarked
package org.ntk4j.cpu;

import org.jspecify.annotations.NullMarked;
