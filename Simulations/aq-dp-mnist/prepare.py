#!/usr/bin/env python3
"""Cuts MNIST's test file into 8,000 images to train on and 2,000 to test on, in the file's order.

  prepare.py [MNIST-FOLDER]   writes files/ beside this script; the folder is $HANSA_DATA/mnist unless stated
"""

import gzip
import os
import pathlib
import struct
import sys

CUT = 8000


def main():
    source = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["HANSA_DATA"] + "/mnist")
    target = pathlib.Path(__file__).resolve().parent / "files"
    target.mkdir(exist_ok=True)
    for name, dimensions in (("images", 3), ("labels", 1)):
        stored = gzip.decompress((source / f"t10k-{name}-idx{dimensions}-ubyte.gz").read_bytes())
        header = 4 + 4 * dimensions
        magic, count = struct.unpack(">II", stored[:8])
        size = (len(stored) - header) // count
        for part, start, end in (("train", 0, CUT), ("test", CUT, count)):
            content = struct.pack(">II", magic, end - start) + stored[8:header]
            content += stored[header + start * size:header + end * size]
            (target / f"{part}-{name}.gz").write_bytes(gzip.compress(content, mtime=0))


if __name__ == "__main__":
    main()
