package org.ntk4j.cli;

import org.ntk4j.core.DType;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// `f32` or `f64`.
final class FloatsConverter implements ITypeConverter<DType> {
  @Override
  public DType convert(String text) {
    return switch (text) {
      case "f32" -> DType.F32;
      case "f64" -> DType.F64;
      default -> throw new TypeConversionException("'" + text + "' is neither f32 nor f64");
    };
  }
}
