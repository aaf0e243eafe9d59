#!/bin/sh
# Makes the environments of the libraries that ntk4j is compared with, from PyPI: HOME/jax, HOME/torch.
# They take about 8 GB. Nothing is done if they are there and as the files *.txt say.
#
#   tests/peers/install.sh HOME
set -eu
home=${1:?"usage: install.sh HOME"}
here=$(cd "$(dirname "$0")" && pwd -P)

asked() { cat "$here/jax.txt" "$here/jax-without-dependencies.txt" "$here/torch.txt"; }
if asked | cmp -s - "$home/installed"; then
  exit 0
fi

# JAX 0.4.25 has wheels for Python 3.9 to 3.12, PyTorch 2.14 for 3.10 and later.
python=
for name in python3.11 python3.12 python3.10 python3; do
  if "$name" -c 'import sys, venv; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))' \
    2>/dev/null; then
    python=$name
    break
  fi
done
if [ -z "$python" ]; then
  echo "Python 3.10, 3.11 or 3.12 with venv is needed, and none was found" >&2
  exit 1
fi

mkdir -p "$home"
rm -f "$home/installed"
"$python" -m venv --clear "$home/jax"
"$home/jax/bin/python" -m pip install -q -r "$here/jax.txt"
"$home/jax/bin/python" -m pip install -q --no-deps -r "$here/jax-without-dependencies.txt"
"$home/jax/bin/python" -c 'import neural_tangents'
"$python" -m venv --clear "$home/torch"
"$home/torch/bin/python" -m pip install -q -r "$here/torch.txt"
"$home/torch/bin/python" -c 'import torch.func'
asked >"$home/installed"
