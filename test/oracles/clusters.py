"""
What scikit-learn says of points and of clusterings of them: python clusters.py FOLDER ROWS, JSON on stdout.

ROWS is how many of the first rows silhouettes are taken of. FOLDER holds points.json, a list of points, and labels.json, a clustering for each k (a list of labels, by k as a string).
"""

import json
import os
import sys

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, calinski_harabasz_score, silhouette_score

folder, rows = sys.argv[1], int(sys.argv[2])
with open(os.path.join(folder, "points.json")) as file:
    points = np.array(json.load(file))
with open(os.path.join(folder, "labels.json")) as file:
    labels = {int(k): np.array(of) for k, of in json.load(file).items()}


def judged(k, of):
    best = KMeans(n_clusters=k, n_init=20, max_iter=300, tol=1e-6, random_state=7).fit(points)
    return {
        "k": k,
        "bestInertia": best.inertia_,
        "agreement": adjusted_rand_score(of, best.labels_),
        "silhouette": silhouette_score(points[:rows], of[:rows]),
        "calinskiHarabasz": calinski_harabasz_score(points, of),
        "theirs": best.labels_.tolist(),
    }


json.dump([judged(k, of) for k, of in labels.items()], sys.stdout)
