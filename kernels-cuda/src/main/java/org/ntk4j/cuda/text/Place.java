package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.ntk4j.ir.schedule.View.Digit;

/// Where the elements of an array are, as a function of indices: at `offset`, and then as far along
/// as each of the parts says.
record Place(long offset, List<Along> along, List<Computed> computed) {
  private static final long UNBOUNDED = -1;

  /// What one axis contributes: its digits, most significant first, times their strides.
  record Along(Axis axis, List<Digit> digits) {
    Along {
      digits = List.copyOf(digits);
    }

    boolean isLinear() {
      return digits.size() == 1;
    }

    long stride() {
      return digits.getLast().stride();
    }
  }

  /// What several axes contribute together: the digits of `value / divisor`. Unless that is an
  /// integer from 0 to below `size`, there is no element, but a zero.
  record Computed(Affine value, long divisor, long size, List<Digit> digits) {
    Computed {
      digits = List.copyOf(digits);
    }

    boolean isChecked() {
      return size != UNBOUNDED;
    }
  }

  Place {
    along = List.copyOf(along);
    computed = List.copyOf(computed);
  }

  /// How far from the start of the array the indices of some axes lead, at most.
  long reach(Predicate<Axis> chosen) {
    long reach = 0;
    for (Along a : along) {
      reach += chosen.test(a.axis) ? reach(a.digits) : 0;
    }
    for (Computed c : computed) {
      reach += reach(c.digits);
    }
    return reach;
  }

  private static long reach(List<Digit> digits) {
    return digits.stream().mapToLong(d -> (d.extent() - 1) * Math.abs(d.stride())).sum();
  }

  /// Whether `width` elements that follow each other along the last of `axes` follow each other in
  /// memory, all of them exist if one does, and the first is at a multiple of `width`.
  boolean isContiguous(List<Axis> axes, int width) {
    if (axes.isEmpty() || axes.getLast().extent() % width != 0 || offset % width != 0) {
      return false;
    }
    Axis last = axes.getLast();
    boolean found = false;
    for (Along a : along) {
      List<Digit> digits = a.digits;
      if (a.axis.equals(last)) {
        Digit low = digits.getLast();
        if (found || low.stride() != 1 || low.extent() % width != 0) {
          return false;
        }
        found = true;
        digits = digits.subList(0, digits.size() - 1);
      }
      if (!digits.stream().allMatch(d -> d.stride() % width == 0)) {
        return false;
      }
    }
    return found
        && computed.stream()
            .allMatch(c ->
                c.value.summands().stream().noneMatch(s -> s.axis().equals(last))
                    && c.digits.stream().allMatch(d -> d.stride() % width == 0));
  }

  /// Distance of elements that follow each other along the last of `axes`; 0 if they are the same.
  long step(List<Axis> axes) {
    return axes.isEmpty() ? 0 : stride(axes.getLast());
  }

  /// Distance of elements that follow each other along `axis`, about.
  long stride(Axis axis) {
    long stride = 0;
    for (Along a : along) {
      stride += a.axis.equals(axis) ? a.stride() : 0;
    }
    for (Computed c : computed) {
      for (Affine.Summand s : c.value.summands()) {
        boolean counts = s.axis().equals(axis) && !c.digits.isEmpty();
        stride += counts ? s.factor() * c.digits.getLast().stride() / c.divisor : 0;
      }
    }
    return stride;
  }

  /// Collects the parts of a place.
  static final class Builder {
    private long offset;
    private final List<Along> along = new ArrayList<>();
    private final List<Computed> computed = new ArrayList<>();

    Builder(long offset) {
      this.offset = offset;
    }

    /// An index of the array that is `value`.
    Builder add(List<Digit> digits, Affine value) {
      List<Digit> merged = merged(digits);
      if (merged.size() == 1) {
        long stride = merged.getFirst().stride();
        offset += value.constant() * stride;
        for (Affine.Summand s : value.summands()) {
          addLinear(s.axis(), s.factor() * stride);
        }
      } else if (merged.size() > 1 && value.isAxis()) {
        along.add(new Along(value.summands().getFirst().axis(), merged));
      } else if (merged.size() > 1) {
        computed.add(new Computed(value, 1, UNBOUNDED, merged));
      }
      return this;
    }

    private void addLinear(Axis axis, long stride) {
      if (stride != 0) {
        along.add(new Along(axis, List.of(new Digit(axis.extent(), stride))));
      }
    }

    /// An index of the array that is `value / divisor`, where that is an index of it.
    Builder addChecked(List<Digit> digits, Affine value, long divisor, long size) {
      List<Digit> merged = merged(digits);
      if (divisor == 1 && value.min() >= 0 && value.max() < size) {
        return add(merged, value);
      }
      boolean apart = divisor == 1 && merged.size() == 1;
      computed.add(new Computed(value, divisor, size, apart ? List.of() : merged));
      return apart ? add(merged, value) : this;
    }

    Place place() {
      return new Place(offset, along, computed);
    }

    private static List<Digit> merged(List<Digit> digits) {
      List<Digit> merged = new ArrayList<>();
      for (Digit d : digits) {
        if (!merged.isEmpty() && merged.getLast().stride() == d.stride() * d.extent()) {
          merged.add(new Digit(merged.removeLast().extent() * d.extent(), d.stride()));
        } else if (d.extent() != 1) {
          merged.add(d);
        }
      }
      return merged;
    }
  }
}
