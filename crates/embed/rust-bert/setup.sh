#!/usr/bin/env bash
# Brings libtorch 2.4.0 (CPU) for the cargo feature `rust-bert` into a folder: setup.sh DIR
# Linux on x86_64; needs python3 with pip, a C compiler, 0.8 GB of download and 0.6 GB of disk.
# There is no CPU build in the package index: the Python wheel carries it, with two small libraries that it
# links to and a processor never calls.
set -euo pipefail
dir="$(mkdir -p "${1:?usage: setup.sh DIR}" && cd "$1" && pwd)"
wheels="$(mktemp -d)"
trap 'rm -rf "$wheels"' EXIT

for package in torch==2.4.0 nvidia-cuda-cupti-cu12==12.1.105 nvidia-cuda-runtime-cu12==12.1.105; do
    python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.11 \
        --platform manylinux1_x86_64 --dest "$wheels" "$package"
done

python3 - "$wheels" "$dir" <<'PYTHON'
import pathlib, shutil, sys, zipfile

wheels, place = map(pathlib.Path, sys.argv[1:])
LIBRARIES = ("libtorch_cpu.so", "libc10.so", "libgomp", "libcupti.so.12", "libcudart.so.12")
for wheel in wheels.glob("*.whl"):
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            name = pathlib.PurePosixPath(entry.filename)
            if entry.is_dir():
                continue
            if name.name.startswith(LIBRARIES):
                target = place / "lib" / name.name
            elif entry.filename.startswith("torch/include/"):
                target = place / pathlib.PurePosixPath(*name.parts[1:])
            else:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as source, open(target, "wb") as sink:
                shutil.copyfileobj(source, sink)
PYTHON

# The linker asks for libtorch itself, which in a CPU build is only a name for libtorch_cpu.
cc -shared -o "$dir/lib/libtorch.so" -Wl,--no-as-needed -L"$dir/lib" -ltorch_cpu -lc10

cat <<END
libtorch lies in $dir. Now:
  export LIBTORCH=$dir LIBTORCH_CXX11_ABI=0 LD_LIBRARY_PATH=$dir/lib
  cargo build --release --features rust-bert
END
