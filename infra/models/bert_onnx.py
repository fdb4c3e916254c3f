"""A BERT encoder as an ONNX graph, and as plain numpy to check the graph against.

The graph is what transformers.js loads: `input_ids`, `attention_mask` and `token_type_ids` (int64, batch x length) to
`last_hidden_state` (float, batch x length x hidden). Devlin et al. 2019; weights are named as Hugging Face's BertModel names them.
"""

import json
import struct
from math import erf

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

OPSET = 17


def read_safetensors(path):
    """Every 32-bit float tensor of a file: an 8-byte length, a JSON header, the data."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = np.frombuffer(file.read(), dtype=np.uint8)
    return {
        name: data[slice(*one["data_offsets"])].view(np.float32).reshape(one["shape"])
        for name, one in header.items()
        if name != "__metadata__" and one["dtype"] == "F32"
    }


def weight_names(config):
    """Every weight the encoder needs, with its shape."""
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    norm = lambda name: {f"{name}.LayerNorm.weight": [hidden], f"{name}.LayerNorm.bias": [hidden]}
    dense = lambda name, rows, columns: {f"{name}.weight": [rows, columns], f"{name}.bias": [rows]}
    names = {
        "embeddings.word_embeddings.weight": [config["vocab_size"], hidden],
        "embeddings.position_embeddings.weight": [config["max_position_embeddings"], hidden],
        "embeddings.token_type_embeddings.weight": [config["type_vocab_size"], hidden],
        **norm("embeddings"),
    }
    for layer in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{layer}"
        for part in ("query", "key", "value"):
            names |= dense(f"{at}.attention.self.{part}", hidden, hidden)
        names |= dense(f"{at}.attention.output.dense", hidden, hidden) | norm(f"{at}.attention.output")
        names |= dense(f"{at}.intermediate.dense", inner, hidden)
        names |= dense(f"{at}.output.dense", hidden, inner) | norm(f"{at}.output")
    return names


class Graph:
    """Nodes as they are added; each method answers the name of its result."""

    def __init__(self, weights):
        self.weights = weights
        self.nodes, self.constants = [], {}

    def add(self, kind, *inputs, **attributes):
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, name, array):
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def weight(self, name):
        return self.constant(name, self.weights[name])

    def dense(self, x, name):
        matrix = self.constant(f"{name}.weight.T", self.weights[f"{name}.weight"].T)
        return self.add("Add", self.add("MatMul", x, matrix), self.weight(f"{name}.bias"))

    def norm(self, x, name, epsilon):
        scale, bias = self.weight(f"{name}.LayerNorm.weight"), self.weight(f"{name}.LayerNorm.bias")
        return self.add("LayerNormalization", x, scale, bias, axis=-1, epsilon=epsilon)


def to_onnx(config, weights):
    """The model, checked. Weights that are not there, or of another shape, are an error."""
    for name, shape in weight_names(config).items():
        if name not in weights or list(weights[name].shape) != shape:
            raise ValueError(f"{name}: expected a weight of shape {shape}, got {getattr(weights.get(name), 'shape', 'none')}")
    graph = Graph(weights)
    heads, epsilon = config["num_attention_heads"], config["layer_norm_eps"]
    size = config["hidden_size"] // heads
    apart = graph.constant("apart", np.array([0, 0, heads, size], dtype=np.int64))
    together = graph.constant("together", np.array([0, 0, heads * size], dtype=np.int64))
    x = embeddings(graph, epsilon)
    mask = attention_mask(graph)
    for layer in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{layer}"
        split = lambda part: graph.add("Reshape", graph.dense(x, f"{at}.attention.self.{part}"), apart)
        query = graph.add("Transpose", split("query"), perm=[0, 2, 1, 3])
        key = graph.add("Transpose", split("key"), perm=[0, 2, 3, 1])
        value = graph.add("Transpose", split("value"), perm=[0, 2, 1, 3])
        scale = graph.constant("scale", np.array(1 / np.sqrt(size), dtype=np.float32))
        scores = graph.add("Add", graph.add("Mul", graph.add("MatMul", query, key), scale), mask)
        met = graph.add("MatMul", graph.add("Softmax", scores, axis=-1), value)
        met = graph.add("Reshape", graph.add("Transpose", met, perm=[0, 2, 1, 3]), together)
        met = graph.dense(met, f"{at}.attention.output.dense")
        x = graph.norm(graph.add("Add", met, x), f"{at}.attention.output", epsilon)
        inner = gelu(graph, graph.dense(x, f"{at}.intermediate.dense"))
        x = graph.norm(graph.add("Add", graph.dense(inner, f"{at}.output.dense"), x), f"{at}.output", epsilon)
    graph.nodes.append(helper.make_node("Identity", [x], ["last_hidden_state"]))
    return finished(graph, config["hidden_size"])


def embeddings(graph, epsilon):
    words = graph.add("Gather", graph.weight("embeddings.word_embeddings.weight"), "input_ids")
    kinds = graph.add("Gather", graph.weight("embeddings.token_type_embeddings.weight"), "token_type_ids")
    one, zero = graph.constant("one", np.array([1], np.int64)), graph.constant("zero", np.array([0], np.int64))
    length = graph.add("Slice", graph.add("Shape", "input_ids"), one, graph.constant("two", np.array([2], np.int64)))
    places = graph.add("Slice", graph.weight("embeddings.position_embeddings.weight"), zero, length, zero)
    return graph.norm(graph.add("Add", graph.add("Add", words, kinds), places), "embeddings", epsilon)


def attention_mask(graph):
    """0 where there is something, so little elsewhere that nothing is left of it: batch x 1 x 1 x length."""
    axes = graph.constant("mask_axes", np.array([1, 2], dtype=np.int64))
    mask = graph.add("Cast", graph.add("Unsqueeze", "attention_mask", axes), to=TensorProto.FLOAT)
    absent = graph.add("Sub", graph.constant("present", np.array(1, np.float32)), mask)
    return graph.add("Mul", absent, graph.constant("never", np.array(-1e9, np.float32)))


def gelu(graph, x):
    """x/2 (1 + erf(x/sqrt 2)), Hendrycks & Gimpel 2016."""
    half = graph.constant("half", np.array(0.5, np.float32))
    root = graph.constant("root_half", np.array(np.sqrt(0.5), np.float32))
    unit = graph.constant("unit", np.array(1, np.float32))
    share = graph.add("Add", graph.add("Erf", graph.add("Mul", x, root)), unit)
    return graph.add("Mul", graph.add("Mul", x, half), share)


def finished(graph, hidden):
    ids = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"]) for name in INPUTS]
    out = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "length", hidden])
    body = helper.make_graph(graph.nodes, "bert", ids, [out], list(graph.constants.values()))
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="tarang")
    model.ir_version = 8
    checker.check_model(model)
    return model


INPUTS = ["input_ids", "attention_mask", "token_type_ids"]


def forward(config, weights, ids):
    """What the graph should give for one row of ids, in 64-bit numpy: the oracle."""
    w = {name: weights[name].astype(np.float64) for name in weight_names(config)}
    heads = config["num_attention_heads"]
    dense = lambda x, name: x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def norm(x, name):
        centred = x - x.mean(-1, keepdims=True)
        deviation = np.sqrt((centred**2).mean(-1, keepdims=True) + config["layer_norm_eps"])
        return centred / deviation * w[f"{name}.LayerNorm.weight"] + w[f"{name}.LayerNorm.bias"]

    def attend(x, at):
        split = lambda part: dense(x, f"{at}.self.{part}").reshape(len(ids), heads, -1).transpose(1, 0, 2)
        query, key, value = split("query"), split("key"), split("value")
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1])
        powers = np.exp(scores - scores.max(-1, keepdims=True))
        met = (powers / powers.sum(-1, keepdims=True)) @ value
        return dense(met.transpose(1, 0, 2).reshape(len(ids), -1), f"{at}.output.dense")

    words, places = w["embeddings.word_embeddings.weight"][ids], w["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(words + places + w["embeddings.token_type_embeddings.weight"][0], "embeddings")
    for layer in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{layer}"
        x = norm(attend(x, f"{at}.attention") + x, f"{at}.attention.output")
        inner = dense(x, f"{at}.intermediate.dense")
        inner = inner / 2 * (1 + np.vectorize(erf)(inner / np.sqrt(2)))
        x = norm(dense(inner, f"{at}.output.dense") + x, f"{at}.output")
    return x


def run(session, rows):
    """Hidden states of rows of ids of one length by an onnxruntime session."""
    ids = np.array(rows, dtype=np.int64)
    inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    return session.run(["last_hidden_state"], inputs)[0]


def pooled(hidden):
    """The mean over the pieces, of length 1."""
    mean = hidden.mean(0)
    return mean / np.linalg.norm(mean)
