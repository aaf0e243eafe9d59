#!/bin/sh
# Builds the stand-ins for libcuda.so.1, libnvrtc.so.13 and libcudart.so.13 into a directory, those
# for cuBLAS and cuDNN into its directory `libraries`.
set -e
here=$(cd "$(dirname "$0")" && pwd)
out=$1
cxx=${CXX:-g++}
flags="-std=c++17 -O2 -flto=auto -Wall -fPIC -shared -fvisibility=hidden -fno-strict-aliasing"
mkdir -p "$out"
cp "$here"/cuda_on_cpu.h "$here"/cuda_math.h "$here"/runtime.h "$out"
link() { # name, sources...
  name=$1
  shift
  version=$out/${name%%.*}.map
  echo "$name { global: *; };" >"$version"
  $cxx $flags -Wl,-soname,"$name" -Wl,--version-script="$version" "$@" -o "$out/$name" -ldl
  rm "$version"
}
cd "$here"
$cxx $flags -Wl,-soname,libcuda.so.1 -Wl,-z,nodelete -o "$out/libcuda.so.1" \
  block.cpp barriers.cpp shadow.cpp memory.cpp streams.cpp driver.cpp copies.cpp modules.cpp -ldl
link libnvrtc.so.13 nvrtc.cpp
link libcudart.so.13 cudart.cpp

mkdir "$out/libraries"
plain() { # name, sources...
  name=$1
  shift
  $cxx $flags -Wl,-soname,"$name" "$@" -o "$out/libraries/$name" -ldl
}
plain libcublas.so.13 cublas.cpp
plain libcudnn_graph.so.9 cudnn.cpp
for empty in libcublasLt.so.13 libcudnn_ops.so.9 libcudnn_cnn.so.9 libcudnn_adv.so.9 libcudnn.so.9; do
  plain $empty cudart.cpp
done
