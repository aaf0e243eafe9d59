package org.ntk4j.cpu.library;

/// Kernels that multiply matrices that were copied into panels.
///
/// A panel of a left matrix is [#rows] rows of it, one of a right matrix [#columns] columns: for
/// each term of the sums in turn, the elements of all of them. Each kernel is given the address of
/// an array of arguments of 8 bytes, in the order in which they are listed.
public interface PanelKernel {
  /// Rows of a panel.
  int rows();

  /// Columns of a panel.
  int columns();

  /// How terms are rounded up: a packed panel has room for a multiple of so many.
  int lanes();

  /// Which matrix is packed, and which of its elements are consecutive.
  enum Packing {
    /// The left one; those of a row.
    LEFT_ALONG,
    /// The left one; those of a column.
    LEFT_ACROSS,
    /// The right one; those of a column.
    RIGHT_ALONG,
    /// The right one; those of a row.
    RIGHT_ACROSS
  }

  /// Packs panels `begin <= p < end`: the address of the matrix; bytes from one element to the next
  /// that is not consecutive; where to; how many rows or columns there are; terms. What is missing
  /// to whole panels is 0.
  void pack(Packing packing, long arguments, long begin, long end);

  /// Adds `alpha` times the product of a left matrix's panels `begin <= p < end` with all panels of
  /// a right one to `beta` times a result: addresses of left, right and result; terms; bytes from
  /// panel to panel of both; bytes from row to row of the result; its rows and columns; whether it
  /// is read (1 or 0); `alpha`, `beta`.
  void multiply(long arguments, long begin, long end);
}
