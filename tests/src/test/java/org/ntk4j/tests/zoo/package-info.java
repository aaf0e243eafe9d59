/// Well-known networks as PyTorch exports them; made by `tests/zoo/make_zoo.py`.
@NullMarked
package org.ntk4j.tests.zoo;

import org.jspecify.annotations.NullMarked;
