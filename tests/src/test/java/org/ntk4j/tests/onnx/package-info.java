/// Tests of the import of ONNX models.
@NullMarked
package org.ntk4j.tests.onnx;

import org.jspecify.annotations.NullMarked;
