"""Trains XGBoost on what `tarang export-features` writes and writes ONNX for TARANG_RANKER_ONNX.

    pip install -r models/train/requirements.txt
    tarang export-features rows.npy && python3 models/train/train-xgboost.py rows.npy ranker.onnx

Two sets of trees in one graph, as there are two judges: of all candidates, and of those the customer never bought. Each is trained by
logistic loss and as LambdaMART; the one of better NDCG@10 on a fifth of the lists is trained again on all of them. What it says is a raw sum of
leaves: a list is put into order by it, and Tarang brings it to mean 0 and spread 1.
"""

import argparse
import hashlib
import json

import numpy as np
import onnx
import xgboost
from numpy.lib.recfunctions import structured_to_unstructured
from onnx import helper
from onnx.reference import ReferenceEvaluator

OBJECTIVES = ("binary:logistic", "rank:ndcg")


def input_name(features):
    """As infra/training/onnx-trees.ts: a model of other features is known by it."""
    return "features_" + hashlib.sha256("\n".join(features).encode()).hexdigest()[:12]


def matrix(values, taken, lists):
    data = xgboost.DMatrix(values, label=taken)
    data.set_group(np.unique(lists, return_counts=True)[1])
    return data


def train(values, taken, lists, objective, options):
    parameters = {
        "objective": objective,
        "tree_method": "hist",
        "grow_policy": "lossguide",
        "max_depth": 0,
        "max_leaves": options.leaves,
        "eta": options.rate,
        "max_bin": 64,
        "lambda": 1,
        "min_child_weight": 5 if objective == "binary:logistic" else 0.1,
        "base_score": 0.5,
        "seed": 1,
        "nthread": options.threads,
    }
    return xgboost.train(parameters, matrix(values, taken, lists), options.trees)


def ndcg(scores, taken, lists):
    """Mean NDCG@10 of lists of which something was taken."""
    worth = []
    for start, count in zip(*np.unique(lists, return_index=True, return_counts=True)[1:]):
        mine = slice(start, start + count)
        hits = taken[mine][np.argsort(-scores[mine], kind="stable")][:10]
        discounts = 1 / np.log2(np.arange(2, 12))
        ideal = discounts[: min(10, int(taken[mine].sum()))].sum()
        worth.append((hits * discounts[: len(hits)]).sum() / ideal)
    return float(np.mean(worth))


def best_of(name, values, taken, lists, options):
    held = lists % 5 == 0
    found = {}
    for objective in OBJECTIVES:
        model = train(values[~held], taken[~held], lists[~held], objective, options)
        found[objective] = ndcg(model.predict(xgboost.DMatrix(values[held]), output_margin=True), taken[held], lists[held])
        print(f"{name}: {objective} NDCG@10 {found[objective]:.4f} on {len(np.unique(lists[held]))} lists held back")
    return train(values, taken, lists, max(found, key=found.get), options)


def trees_of(model):
    return json.loads(model.save_raw("json"))["learner"]["gradient_booster"]["model"]["trees"]


def node(name, model, source):
    """XGBoost goes left below a node's value and has a side for what is missing: BRANCH_LT, true is left."""
    told = {key: [] for key in (
        "nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_values", "nodes_modes", "nodes_truenodeids",
        "nodes_falsenodeids", "nodes_missing_value_tracks_true", "target_treeids", "target_nodeids", "target_ids", "target_weights")}
    for t, tree in enumerate(trees_of(model)):
        for at, left in enumerate(tree["left_children"]):
            leaf = left == -1
            told["nodes_treeids"].append(t)
            told["nodes_nodeids"].append(at)
            told["nodes_featureids"].append(0 if leaf else tree["split_indices"][at])
            told["nodes_values"].append(0.0 if leaf else tree["split_conditions"][at])
            told["nodes_modes"].append("LEAF" if leaf else "BRANCH_LT")
            told["nodes_truenodeids"].append(0 if leaf else left)
            told["nodes_falsenodeids"].append(0 if leaf else tree["right_children"][at])
            told["nodes_missing_value_tracks_true"].append(0 if leaf else int(tree["default_left"][at]))
            if leaf:
                told["target_treeids"].append(t)
                told["target_nodeids"].append(at)
                told["target_ids"].append(0)
                told["target_weights"].append(tree["split_conditions"][at])
    return helper.make_node(
        "TreeEnsembleRegressor", [source], [name], domain="ai.onnx.ml", n_targets=1, aggregate_function="SUM", **told)


def graph_of(models, features):
    source = input_name(features)
    floats = onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        [node(name, model, source) for name, model in models.items()],
        "ranker",
        [helper.make_tensor_value_info(source, floats, [None, len(features)])],
        [helper.make_tensor_value_info(name, floats, [None, 1]) for name in models],
    )
    made = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)], producer_name="tarang")
    made.ir_version = 8
    onnx.checker.check_model(made)
    return made


def check(made, models, values):
    """The graph says what XGBoost says, but for a constant that changes no order."""
    said = ReferenceEvaluator(made).run(None, {made.graph.input[0].name: values})
    for (name, model), scores in zip(models.items(), said):
        apart = scores[:, 0] - model.predict(xgboost.DMatrix(values), output_margin=True)
        if np.ptp(apart) > 1e-3:
            raise SystemExit(f"{name}: the ONNX graph strays from XGBoost by {np.ptp(apart):.2g}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", help="what `tarang export-features` wrote")
    parser.add_argument("out", help="the ONNX file")
    parser.add_argument("--trees", type=int, default=200)
    parser.add_argument("--leaves", type=int, default=15)
    parser.add_argument("--rate", type=float, default=0.05)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", help="write the trees as XGBoost tells them here as well, for tests")
    options = parser.parse_args()

    rows = np.load(options.rows)
    features = list(rows.dtype.names[3:])
    values = structured_to_unstructured(rows[features]).astype(np.float32)
    lists, fresh, taken = (rows[name].astype(np.int64) for name in ("list", "fresh", "taken"))
    models = {"all": best_of("all", values, taken, lists, options)}
    new = (fresh == 1) & np.isin(lists, lists[(fresh == 1) & (taken == 1)])
    models["fresh"] = best_of("fresh", values[new], taken[new], lists[new], options)

    made = graph_of(models, features)
    check(made, models, values[:500])
    onnx.save(made, options.out)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({name: trees_of(model) for name, model in models.items()}, file)
    print(f"{options.out}: {len(features)} features, {options.trees} trees each")


main()
