package org.ntk4j.ir.trace;

import static org.ntk4j.ir.trace.Traced.assertMessage;
import static org.ntk4j.ir.trace.Traced.assertTensor;
import static org.ntk4j.ir.trace.Traced.one;
import static org.ntk4j.ir.trace.Traced.range;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

class EinsumTest {
  private static final Map<Character, Long> SIZES =
      Map.of('a', 2L, 'b', 3L, 'c', 4L, 'i', 3L, 'j', 2L, 'k', 5L, 'z', 0L, 'u', 1L);

  private static Shape shape(String labels) {
    return Shape.of(labels.chars().mapToObj(c -> SIZES.get((char) c)).toList());
  }

  /// One loop over all labels.
  private static double[] bruteForce(List<String> terms, String out, List<Tensor> x) {
    List<Character> labels = new ArrayList<>();
    String.join("", terms).chars().mapToObj(c -> (char) c).distinct().forEach(labels::add);
    double[] result = new double[(int) shape(out).size()];
    long total = labels.stream().mapToLong(SIZES::get).reduce(1, (a, b) -> a * b);
    for (long at = 0; at < total; at++) {
      Map<Character, Long> index = new HashMap<>();
      long rest = at;
      for (char label : labels) {
        index.put(label, rest % SIZES.get(label));
        rest /= SIZES.get(label);
      }
      double product = 1;
      for (int k = 0; k < terms.size(); k++) {
        product *= x.get(k).getDouble(offset(terms.get(k), index));
      }
      result[(int) offset(out, index)] += product;
    }
    return result;
  }

  private static long offset(String labels, Map<Character, Long> index) {
    long offset = 0;
    for (char label : labels.toCharArray()) {
      offset = offset * SIZES.get(label) + index.get(label);
    }
    return offset;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ij,jk->ik",
        "ij,jk->ki",
        "abi,ij->abj",
        "abi,abi->",
        "abi,abi->a",
        "aib,aib->ba",
        "i,j->ij",
        "ij->ji",
        "ij->",
        "ij->j",
        "ii->",
        "ii->i",
        "iijj->ij",
        "iaia->",
        "ij,jk,kc->ic",
        "i,i,i->i",
        "ijk,ab,ka->jb",
        "ab,bc->b",
        "ij,a->",
        "aab,b->ab",
        "b,aab->ab",
        "i,ii->i",
        "zi,ij->zj",
        "iz,zj->ij",
        "ui,u->i",
        "ab,ab,ab->ab",
        "iii->i",
        "abc->cab",
        "ij,ij->ji",
        "a->a",
        "abi,jib->ja"
      })
  void agrees_with_one_loop_over_all_labels(String spec) {
    List<String> terms = List.of(spec.substring(0, spec.indexOf("->")).split(","));
    String out = spec.substring(spec.indexOf("->") + 2);
    Random random = new Random(7);
    List<Tensor> x = new ArrayList<>();
    for (String term : terms) {
      Tensor t = Tensor.zeros(org.ntk4j.core.DType.F64, shape(term));
      for (long i = 0; i < t.size(); i++) {
        t.setDouble(i, random.nextGaussian());
      }
      x.add(t);
    }
    Tensor y =
        one(in -> Functions.einsum(spec, in.toArray(Value[]::new)), x.toArray(Tensor[]::new));
    long[] dims = shape(out).dims().stream().mapToLong(Long::longValue).toArray();
    assertTensor(y, dims, bruteForce(terms, out, x));
  }

  @Test
  void a_diagonal_leaves_other_elements_alone() {
    Tensor x = Tensor.of(new double[] {1, Double.NaN, Double.POSITIVE_INFINITY, 4}, 2, 2);
    assertTensor(one(in -> Functions.einsum("ii", in.getFirst()), x), Traced.dims(), 5);
  }

  @Test
  void without_an_arrow_single_labels_remain_in_alphabetic_order() {
    assertTensor(
        one(in -> Functions.einsum("ba", in.getFirst()), range(2, 3)),
        Traced.dims(3, 2),
        0,
        3,
        1,
        4,
        2,
        5);
    assertTensor(
        one(in -> Functions.einsum("ij, j", in.get(0), in.get(1)), range(2, 2), range(2)),
        Traced.dims(2),
        1,
        3);
  }

  @Test
  void an_ellipsis_broadcasts_leading_axes() {
    Tensor x = range(2, 1, 2);
    Tensor w = range(2, 2);
    assertTensor(
        one(in -> Functions.einsum("...i,io->...o", in.get(0), in.get(1)), x, w),
        Traced.dims(2, 1, 2),
        2,
        3,
        6,
        11);
    assertTensor(
        one(
            in -> Functions.einsum("...i,...i->...", in.get(0), in.get(1)),
            range(2, 1, 2),
            range(3, 2)),
        Traced.dims(2, 3),
        1,
        3,
        5,
        3,
        13,
        23);
    assertTensor(one(in -> Functions.einsum("...ij->...", in.get(0)), w), Traced.dims(), 6);
  }

  @Test
  void errors_name_the_description() {
    assertMessage(
        "einsum: 'ij,jk->ik' describes 2 operands, 1 are given",
        in -> Functions.einsum("ij,jk->ik", in.get(0)),
        range(2, 2));
    assertMessage(
        "einsum: 'i->i' names 1 axes of operand 0, which is f64[2,2]",
        in -> Functions.einsum("i->i", in.get(0)),
        range(2, 2));
    assertMessage(
        "einsum: output label 'k' of 'ij->k' occurs in no operand",
        in -> Functions.einsum("ij->k", in.get(0)),
        range(2, 2));
    assertMessage(
        "einsum: output label 'i' of 'ij->ii' occurs twice",
        in -> Functions.einsum("ij->ii", in.get(0)),
        range(2, 2));
    assertMessage(
        "einsum: unexpected '1' in 'i1->i'; labels are letters",
        in -> Functions.einsum("i1->i", in.get(0)),
        range(2, 2));
    assertMessage(
        "einsum: axis 0 of operand 1 has size 2 where another operand has 3;"
            + " operands: [f64[2,3], f64[2,2]]",
        in -> Functions.einsum("ij,jk->ik", in.get(0), in.get(1)),
        range(2, 3),
        range(2, 2));
  }
}
