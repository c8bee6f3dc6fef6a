#!/usr/bin/env python3
"""Build the files of web/ into the program.

    assetgen.py --web web --out DIR

web/assets.json names each built-in file and the sources it is put together from.  Writes
DIR/assets.h (a macro with the path of each file, used by templates), DIR/assets.c (the table of
src/web/asset.h) and the bytes below DIR/bytes/, which assets.c takes in with .incbin.

A path carries the first 8 bytes of the SHA-256 of the content, so it may be cached for ever.
Sources that name other files of the table, written {{asset "icons.svg"}}, get the real path; the
named file must stand before them.  icon-192.png and icon-512-maskable.png are drawn from an SVG
(icongen.py), so that no picture of dots is kept in the tree.  Scripts and style sheets lose comments and indentation and
nothing else: a real minifier saves little after gzip and can be wrong.
"""
import argparse
import gzip
import hashlib
import json
import os
import pathlib
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from icongen import png  # noqa: E402
from tmplgen import c_string, write_if_changed  # noqa: E402

TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".svg": "image/svg+xml", ".png": "image/png",
         ".webmanifest": "application/manifest+json"}


def slim_css(text):
    """Without comments, indentation and line ends.  Strings and url() are left alone."""
    pieces = re.split(r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')", text)
    for i in range(0, len(pieces), 2):
        piece = re.sub(r"/\*.*?\*/", "", pieces[i], flags=re.S)
        piece = re.sub(r"\s+", " ", piece)
        pieces[i] = re.sub(r" ?([{};,]) ?", r"\1", piece)
    return "".join(pieces).replace(";}", "}").strip()


def slim_js(text):
    """Without comment lines, indentation and empty lines.  Our scripts have no template strings
    over several lines and no comment behind code, so whole lines are all that needs looking at."""
    lines, inside = [], False
    for line in text.split("\n"):
        line = line.strip()
        if inside or line.startswith("/*"):
            inside = "*/" not in line
            continue
        if line and not line.startswith("//"):
            lines.append(line)
    return "\n".join(lines) + "\n"


def slim_svg(text):
    return re.sub(r">\s+<", "><", re.sub(r"<!--.*?-->", "", text, flags=re.S)).strip()


def icon_of(name, svg):
    size = re.fullmatch(r"icon-(\d+)(-maskable)?\.png", name)
    if size is None:
        raise SystemExit(f"assets.json: error: {name}: icons are called icon-192.png, icon-512-maskable.png")
    return png(svg, int(size.group(1)), bleed=size.group(2) is not None)


def content_of(name, sources, web, paths):
    parts = []
    for source in sources:
        data = (web / source).read_bytes()
        if name.endswith(".png") and source.endswith(".svg"):
            return icon_of(name, data.decode("utf-8"))
        if name.endswith(".png"):
            return data
        text = data.decode("utf-8")
        if not source.startswith("node_modules/"):
            for ending, slim in ((".css", slim_css), (".js", slim_js), (".svg", slim_svg)):
                if source.endswith(ending):
                    text = slim(text)

            def path_of(match, source=source):
                if match.group(1) not in paths:
                    raise SystemExit(f"{source}: error: {match.group(1)} does not stand before it")
                return paths[match.group(1)]
            text = re.sub(r'\{\{asset "([^"]+)"\}\}', path_of, text)
        else:  # names a file that is not there
            text = re.sub(r"^//# sourceMappingURL=.*$", "", text, flags=re.M)
        parts.append(text.strip() + "\n")
    return "".join(parts).encode("utf-8")


def build(web, out):
    table, paths = [], {}
    for name, sources in json.loads((web / "assets.json").read_text(encoding="utf-8")).items():
        data = content_of(name, sources, web, paths)
        digest = hashlib.sha256(data).hexdigest()[:16]
        stem, ending = os.path.splitext(name)
        paths[name] = f"/static/{stem}-{digest}{ending}"
        small = gzip.compress(data, 9, mtime=0)
        table.append((name, paths[name], TYPES[ending], digest, data,
                      small if len(small) < len(data) - 64 else b""))
    return table


def write_bytes_if_changed(path, data):
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def write(table, out):
    header = ["/* Written by tools/assetgen.py.  Do not edit. */", "#pragma once", ""]
    source = ["/* Written by tools/assetgen.py.  Do not edit. */", '#include "web/asset.h"', "",
              "/* An array of one file, in read-only memory, with its end. */",
              "#define FILE_BYTES(symbol, path) \\",
              '    __asm__(".section .rodata\\n" #symbol ": .incbin \\"" path "\\"\\n" \\',
              '            #symbol "_end: .byte 0\\n.previous\\n"); \\',
              "    extern const char symbol[]",
              ""]
    rows = []
    for i, (name, path, kind, digest, data, small) in enumerate(table):
        macro = "ASSET_" + re.sub(r"[^A-Za-z0-9]", "_", name)
        header.append(f"#define {macro} {c_string(path)}")
    for i, (name, path, kind, digest, data, small) in sorted(enumerate(table), key=lambda e: e[1][1]):
        texts = []
        for suffix, content in (("", data), ("gz", small)):
            if content:
                # the digest in the name makes this C file change with the bytes
                file = out / "bytes" / f"{digest}{'.gz' if suffix else ''}"
                write_bytes_if_changed(file, content)
                symbol = f"web_asset_{i}{suffix}"
                source.append(f'FILE_BYTES({symbol}, {c_string(str(file.resolve()))});')
                texts.append(f"{{ {symbol}, {len(content)} }}")
            else:
                texts.append("{ NULL, 0 }")
        etag = f'"{digest}"'
        rows.append(f"    {{ .path = STR_INIT({c_string(path)}), .type = STR_INIT({c_string(kind)}),\n"
                    f"      .bytes = {texts[0]}, .gzip = {texts[1]},\n"
                    f"      .etag = STR_INIT({c_string(etag)}), .is_hashed = true }},")
    source += ["", "static const Asset table[] = {"] + rows
    source += ["};", "", "const AssetTable web_assets = { table, COUNT_OF(table) };", ""]
    write_if_changed(str(out / "assets.h"), "\n".join(header) + "\n")
    write_if_changed(str(out / "assets.c"), "\n".join(source))


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--web", type=pathlib.Path, required=True)
    args.add_argument("--out", type=pathlib.Path, required=True)
    args.add_argument("--sizes", action="store_true", help="print the compressed size of each file")
    args = args.parse_args()
    table = build(args.web, args.out)
    write(table, args.out)
    if args.sizes:
        for name, path, kind, digest, data, small in table:
            print(f"{len(data):8} {len(small or data):8}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
