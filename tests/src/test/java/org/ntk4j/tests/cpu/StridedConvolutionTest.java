package org.ntk4j.tests.cpu;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.text.Parser;

/// Convolutions of arrays whose axes lie between each other: of every second column, where the
/// number of columns is odd.
class StridedConvolutionTest {
  private static final String TEXT =
      """
      program(a:T[4,3,9], b:T[5,3,3]) {
        c:T[4,3,5] = slice[start=[0, 0, 0] limit=[4, 3, 9] stride=[1, 1, 2]] a
        d:T[5,3,2] = slice[start=[0, 0, 0] limit=[5, 3, 3] stride=[1, 1, 2]] b
        e:T[4,5,4] = conv[dims=(xBatch=0 xFeature=1 xSpatial=[2] wIn=1 wOut=0 wSpatial=[2]\
       yBatch=0 yFeature=1 ySpatial=[2]) strides=[1] padLo=[0] padHi=[0]\
       lhsDilation=[1] rhsDilation=[1] featureGroups=1 batchGroups=1] c d
        return e
      }
      """;

  @Test
  void operands_may_be_every_second_column() {
    for (String type : List.of("f32", "f64")) {
      Program p = Parser.parse(TEXT.replace("T[", type + "["));
      Compiled.assertEqualsEvaluator(p, Programs.values(p, 1));
    }
  }
}
