package org.ntk4j.ir.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.ntk4j.ir.text.Parser;

class CostTest {
  private static Cost cost(String text) {
    return Cost.of(Parser.parse(text));
  }

  @Test
  void a_product_counts_two_operations_for_each_multiply_add() {
    Cost cost =
        cost(
            """
            program(a:f64[2,3], b:f64[3,5]) {
              c:f64[2,5] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[0]] a b
              return c
            }
            """);
    assertEquals(new Cost(60, 8 * (6 + 15 + 10), 8 * (6 + 15 + 10)), cost);
  }

  @Test
  void a_gram_matrix_counts_half_with_its_diagonal() {
    Cost cost =
        cost(
            """
            program(a:f32[4,3]) {
              b:f32[4,4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[1]] a a
              return b
            }
            """);
    assertEquals(2 * 3 * 10, cost.operations());
  }

  @Test
  void moves_count_bytes_but_no_operations() {
    Cost cost =
        cost(
            """
            program(a:f32[4,3]) {
              b:f32[3,4] = transpose[permutation=[1,0]] a
              return b
            }
            """);
    assertEquals(new Cost(0, 96, 96), cost);
  }

  @Test
  void a_value_is_freed_after_its_last_use() {
    Cost cost =
        cost(
            """
            program(a:f64[10]) {
              b:f64[10] = sin a
              c:f64[10] = sin b
              d:f64[10] = add c 1.0:f64[10]
              return d
            }
            """);
    assertEquals(new Cost(30, 480, 160), cost);
  }

  @Test
  void a_scan_counts_its_body_as_often_as_it_runs() {
    Cost cost =
        cost(
            """
            program(a:f64[3], b:f64[5,3]) {
              c:f64[3] = scan[body=(a:f64[3], b:f64[3]) {
                c:f64[3] = mul a b
                d:f64[3] = add c b
                return d
              } consts=0 carries=1 length=5 reverse=false] a b
              return c
            }
            """);
    assertEquals(5 * 6, cost.operations());
    assertEquals(5 * 2 * 9 * 8, cost.bytes());
  }

  @Test
  void a_cond_counts_its_dearest_branch() {
    Cost cost =
        cost(
            """
            program(a:i32[], b:f64[3]) {
              c:f64[3] = cond[branches=[(a:f64[3]) {
                b:f64[3] = sin a
                c:f64[3] = sin b
                return c
              }, (a:f64[3]) {
                return a
              }]] a b
              return c
            }
            """);
    assertEquals(6, cost.operations());
  }

  @Test
  void a_convolution_counts_its_taps() {
    Cost cost =
        cost(
            """
            program(a:f64[2,4,3], b:f64[2,3,5]) {
              c:f64[2,3,5] = conv[dims=(xBatch=0 xFeature=2 xSpatial=[1] wIn=1 wOut=2 wSpatial=[0] yBatch=0 yFeature=2 ySpatial=[1]) strides=[1] padLo=[0] padHi=[0] lhsDilation=[1] rhsDilation=[1] featureGroups=1 batchGroups=1] a b
              return c
            }
            """);
    assertEquals(2 * 2 * 3 * 30, cost.operations());
  }
}
