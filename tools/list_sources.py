#!/usr/bin/env python3
"""Prints the source files of a folder, one per line, for meson.build.

    list_sources.py [--tests] [--below] [--ends .sql] FOLDER

Without options: the C files directly in FOLDER, tests left out.  --tests: only *_test.c.
--below: sub-folders too.  --ends: files with another ending.  A folder that does not exist has
no files.  The order is fixed, so that two builds of one tree are the same.
"""
import argparse
import pathlib


def list_sources(folder, tests=False, below=False, ends=".c"):
    folder = pathlib.Path(folder)
    pattern = "**/*" if below else "*"
    found = (p for p in folder.glob(pattern) if p.name.endswith(ends) and p.is_file())
    if ends == ".c":
        found = (p for p in found if p.name.endswith("_test.c") == tests)
    return sorted(p.as_posix() for p in found)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--tests", action="store_true")
    args.add_argument("--below", action="store_true")
    args.add_argument("--ends", default=".c")
    args.add_argument("folder")
    a = args.parse_args()
    for path in list_sources(a.folder, a.tests, a.below, a.ends):
        print(path)


if __name__ == "__main__":
    main()
