package org.ntk4j.tests.cpu;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.text.Parser;

/// Convolutions of operands that are seen the other way round, which libraries do not read so.
class ReversedConvolutionTest {
  private static final List<String> AXES = List.of("0", "1", "2", "0,1", "0,2", "1,2", "0,1,2");

  private static final String TEXT =
      """
      program(a:T[4,3,9], b:T[5,3,2]) {
        c:T[4,3,9] = reverse[axes=[AXES]] a
        d:T[5,3,2] = reverse[axes=[AXES]] b
        e:T[4,5,OUT] = conv[dims=(xBatch=0 xFeature=1 xSpatial=[2] wIn=1 wOut=0 wSpatial=[2]\
       yBatch=0 yFeature=1 ySpatial=[2]) strides=[STRIDE] padLo=[0] padHi=[0]\
       lhsDilation=[DILATION] rhsDilation=[1] featureGroups=1 batchGroups=1] X W
        return e
      }
      """;

  @ParameterizedTest
  @CsvSource({"c,b", "a,d", "c,d"})
  void operands_may_be_reversed_along_any_axes(String x, String w) {
    for (String type : List.of("f32", "f64")) {
      for (String axes : AXES) {
        for (int dilation = 1; dilation <= 2; dilation++) {
          for (int stride = 1; stride <= 2; stride++) {
            check(type, axes, dilation, stride, x + " " + w);
          }
        }
      }
    }
  }

  private static void check(String type, String axes, int dilation, int stride, String operands) {
    int size = (dilation * 8 - 1) / stride + 1;
    Program p =
        Parser.parse(
            TEXT.replace("T[", type + "[")
                .replace("AXES", axes)
                .replace("OUT", Integer.toString(size))
                .replace("STRIDE", Integer.toString(stride))
                .replace("DILATION", Integer.toString(dilation))
                .replace("X W", operands));
    Compiled.assertEqualsEvaluator(p, Programs.values(p, 1));
  }
}
