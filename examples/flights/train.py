"""Trains the flight-delay models of the demonstration and writes ONNX files and a report.

    python3 -m venv /tmp/flights && /tmp/flights/bin/pip install -r examples/flights/requirements.txt
    /tmp/flights/bin/python examples/flights/train.py

Reads the flights of 2001 from the npm package vega-datasets (run `npm install` first). The same
library versions give the same bytes: seeds are fixed, training runs on one thread, nothing in the
output depends on the clock or on the machine.
"""

from __future__ import annotations

import argparse
import hashlib
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import skl2onnx
import sklearn
from onnx import TensorProto, helper
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss, roc_auc_score
from threadpoolctl import threadpool_limits

import report as reporting

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[1] / "node_modules" / "vega-datasets" / "data"
FLIGHTS, AIRPORTS = "flights-3m.parquet", "airports.csv"
EAST_OF_LONGITUDE = -90.0
LATE_AFTER_MINUTES = 15
HOLDOUT_FROM = "2001-02-15"
CALIBRATION_BINS = 10
FREQUENT_AIRPORTS = 30
NUMBERS, AIRPORT_CODES = ["distance", "hour", "weekday"], ["origin", "destination"]
OPSETS = {"": 18, "ai.onnx.ml": 3}
FEATURES = NUMBERS + AIRPORT_CODES


@dataclass(frozen=True)
class Recipe:
    """One version of the model; all are trained on the same months."""

    version: str
    seed: int
    trees: int
    why: str


RECIPES = (
    Recipe("1", 2001, 80, "the first model"),
    Recipe("2", 2002, 100, "more trees, another seed; its client sends the hour in UTC, the model itself is sound"),
    Recipe("3", 2003, 100, "as version 2 with another seed, served with the corrected client"),
    Recipe("4", 2004, 110, "candidate that is on its canary when the western routes arrive"),
)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_flights(folder: Path) -> pd.DataFrame:
    """All flights with the features of the correct pipeline, `eastern`, `month` and the label `late`."""
    flights = pd.read_parquet(folder / FLIGHTS)
    longitude = pd.read_csv(folder / AIRPORTS).set_index("iata").longitude
    east = longitude[longitude > EAST_OF_LONGITUDE].index
    return flights.assign(
        hour=flights.date.dt.hour,
        weekday=flights.date.dt.day_of_week,
        month=flights.date.dt.month,
        eastern=flights.origin.isin(east) & flights.destination.isin(east),
        late=flights.delay > LATE_AFTER_MINUTES,
    )


def hour_in_utc(flights: pd.DataFrame) -> pd.Series:
    """The mistake: the clock hour in UTC, by the offset of US Eastern time on that day."""
    eastern = flights.date.dt.tz_localize("America/New_York", ambiguous="NaT", nonexistent="shift_forward")
    return eastern.dt.tz_convert("UTC").dt.hour


def airport_codes(rows: pd.DataFrame) -> dict[str, list[str]]:
    """The airports that are told apart, most frequent first; ties go by name so that a rerun lists the same."""
    frequent = {}
    for name in AIRPORT_CODES:
        counts = rows[name].value_counts()
        frequent[name] = sorted(counts.index, key=lambda code: (-counts[code], code))[:FREQUENT_AIRPORTS]
    return frequent


def matrix(rows: pd.DataFrame, frequent: dict[str, list[str]]) -> np.ndarray:
    """What the trees see: numbers as they are, an airport by its rank, every other airport as one class."""
    ranks = {name: rows[name].map({code: rank for rank, code in enumerate(listed)}) for name, listed in frequent.items()}
    numbers = [rows[name] for name in NUMBERS]
    return np.column_stack([*numbers, *(ranks[name].fillna(FREQUENT_AIRPORTS) for name in AIRPORT_CODES)]).astype(np.float32)


def train(rows: pd.DataFrame, frequent: dict[str, list[str]], recipe: Recipe) -> HistGradientBoostingClassifier:
    trees = HistGradientBoostingClassifier(
        max_iter=recipe.trees,
        max_leaf_nodes=31,
        learning_rate=0.2,
        max_features=0.8,
        early_stopping=False,
        random_state=recipe.seed,
    )
    return trees.fit(matrix(rows, frequent), rows.late)


def to_onnx(model: HistGradientBoostingClassifier, frequent: dict[str, list[str]], recipe: Recipe) -> onnx.ModelProto:
    """One named input per feature, outputs `probability` (of a late flight) and `label` (0 or 1).

    Airport codes enter as strings and are ranked inside the graph, so no client repeats that table.
    """
    exported = skl2onnx.to_onnx(
        model,
        initial_types=[("columns", FloatTensorType([None, len(FEATURES)]))],
        options={id(model): {"zipmap": False}},
        target_opset=OPSETS,
    )
    graph = exported.graph
    encoders = [
        helper.make_node(
            "LabelEncoder",
            [name],
            [f"{name}_rank"],
            name=f"rank_{name}",
            domain="ai.onnx.ml",
            keys_strings=listed,
            values_floats=[float(rank) for rank in range(len(listed))],
            default_float=float(FREQUENT_AIRPORTS),
        )
        for name, listed in frequent.items()
    ]
    together = helper.make_node(
        "Concat", [*NUMBERS, *(f"{name}_rank" for name in AIRPORT_CODES)], ["columns"], name="columns", axis=1
    )
    late = helper.make_node("Gather", ["probabilities", "late_class"], ["probability"], name="late_probability", axis=1)
    nodes = [*encoders, together, *graph.node, late]
    del graph.node[:], graph.input[:]
    graph.node.extend(nodes)
    kinds = {name: TensorProto.FLOAT for name in NUMBERS} | {name: TensorProto.STRING for name in AIRPORT_CODES}
    graph.input.extend(helper.make_tensor_value_info(name, kind, [None, 1]) for name, kind in kinds.items())
    graph.initializer.append(helper.make_tensor("late_class", TensorProto.INT64, [], [1]))
    graph.output.remove(next(output for output in graph.output if output.name == "probabilities"))
    graph.output.append(helper.make_tensor_value_info("probability", TensorProto.FLOAT, [None]))
    # The converter lowers the opsets to what its own nodes need; LabelEncoder with float values needs 2 or more.
    del exported.opset_import[:]
    exported.opset_import.extend(helper.make_opsetid(domain, version) for domain, version in OPSETS.items())
    graph.name = f"flights-v{recipe.version}"
    exported.producer_name, exported.producer_version = "skl2onnx", skl2onnx.__version__
    onnx.checker.check_model(exported)
    return exported


def score(session: onnxruntime.InferenceSession, rows: pd.DataFrame) -> np.ndarray:
    """Probabilities of the exported file, not of the scikit-learn object: what is measured is what is shipped."""
    feeds = {name: rows[name].to_numpy(dtype=np.float32).reshape(-1, 1) for name in NUMBERS}
    feeds |= {name: rows[name].to_numpy(dtype=object).reshape(-1, 1) for name in AIRPORT_CODES}
    return session.run(["probability"], feeds)[0]


def measure(late: np.ndarray, probability: np.ndarray) -> dict[str, float]:
    return {
        "n": int(len(late)),
        "auc": float(roc_auc_score(late, probability)),
        "accuracy": float(accuracy_score(late, probability >= 0.5)),
        "brier": float(brier_score_loss(late, probability)),
        "predictedLate": float(probability.mean()),
        "actualLate": float(late.mean()),
    }


def holdout(training: pd.DataFrame, recipe: Recipe) -> dict[str, float]:
    """What the recipe is worth on flights it has not seen: trained on the days before, measured on the rest."""
    before = training.date < HOLDOUT_FROM
    frequent = airport_codes(training[before])
    unseen = training[~before]
    late = unseen.late.to_numpy()
    probability = train(training[before], frequent, recipe).predict_proba(matrix(unseen, frequent))[:, 1]
    bins = np.array_split(np.argsort(probability, kind="stable"), CALIBRATION_BINS)
    return {
        "rows": int(len(late)),
        "positives": int(late.sum()),
        "accuracy": float(accuracy_score(late, probability >= 0.5)),
        "auc": float(roc_auc_score(late, probability)),
        "brier": float(brier_score_loss(late, probability)),
        "logLoss": float(log_loss(late, probability)),
        "calibrationError": float(sum(abs((probability[b] - late[b]).sum()) for b in bins) / len(late)),
        "positiveRate": float(late.mean()),
        "meanScore": float(probability.mean()),
    }


def months(session: onnxruntime.InferenceSession, flights: pd.DataFrame) -> dict[str, dict[str, dict[str, float]]]:
    """Metrics per month of 2001 for the correct client, the client with the UTC hour, and all US flights."""
    east = flights[flights.eastern]
    populations = {"correct": east, "utcHour": east.assign(hour=hour_in_utc(east)), "newMarket": flights}
    measured: dict[str, dict[str, dict[str, float]]] = {}
    for name, rows in populations.items():
        probability = score(session, rows)
        for month in range(1, 7):
            of = (rows.month == month).to_numpy()
            if name != "correct" and month < 3:
                continue
            measured.setdefault(name, {})[f"2001-{month:02d}"] = measure(rows.late.to_numpy()[of], probability[of])
    return measured


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", type=Path, default=DATA, help="folder with the two files of vega-datasets")
    options.add_argument("--out", type=Path, default=HERE, help="where models/, report.json and REPORT.md go")
    chosen = options.parse_args()
    (chosen.out / "models").mkdir(parents=True, exist_ok=True)

    flights = read_flights(chosen.data)
    training = flights[flights.eastern & (flights.month <= 2)]
    frequent = airport_codes(training)
    versions = []
    for recipe in RECIPES:
        with threadpool_limits(limits=1):
            model = train(training, frequent, recipe)
            unseen = holdout(training, recipe)
        exported = to_onnx(model, frequent, recipe)
        path = chosen.out / "models" / f"flights-v{recipe.version}.onnx"
        path.write_bytes(exported.SerializeToString(deterministic=True))
        threads = onnxruntime.SessionOptions()
        threads.intra_op_num_threads = threads.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(path, threads, providers=["CPUExecutionProvider"])
        sample = training.iloc[::37]
        gap = np.abs(score(session, sample) - model.predict_proba(matrix(sample, frequent))[:, 1]).max()
        if gap > 1e-5:
            raise SystemExit(f"ONNX and scikit-learn disagree by {gap} on version {recipe.version}")
        versions.append(
            asdict(recipe)
            | {
                "file": f"models/{path.name}",
                "bytes": path.stat().st_size,
                "sha256": sha256(path),
                "holdout": unseen,
                "metrics": months(session, flights),
            }
        )
        print(f"version {recipe.version}: {path.stat().st_size} bytes, March {versions[-1]['metrics']['correct']['2001-03']}")

    document = {
        "data": {
            "package": "vega-datasets 3.2.1",
            "files": {name: {"sha256": sha256(chosen.data / name)} for name in (FLIGHTS, AIRPORTS)},
            "rows": int(len(flights)),
            "easternRows": int(flights.eastern.sum()),
            "trainingRows": int(len(training)),
        },
        "training": {
            "population": f"origin and destination east of {-EAST_OF_LONGITUDE:g} degrees west, January and February 2001",
            "holdout": f"trained on the days before {HOLDOUT_FROM}, measured on the rest",
            "label": f"more than {LATE_AFTER_MINUTES} minutes late",
            "features": FEATURES,
            "frequentAirports": FREQUENT_AIRPORTS,
            "algorithm": "HistGradientBoostingClassifier, 31 leaves, learning rate 0.2, 80 % of the features per split",
        },
        "libraries": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pandas": pd.__version__,
            "scikit-learn": sklearn.__version__,
            "skl2onnx": skl2onnx.__version__,
            "onnx": onnx.__version__,
            "onnxruntime": onnxruntime.__version__,
        },
        "versions": versions,
        "effects": reporting.effects(flights, hour_in_utc),
        "parity": reporting.parity_rows(flights, score, chosen.out, RECIPES),
    }
    reporting.write(document, chosen.out)


if __name__ == "__main__":
    main()
