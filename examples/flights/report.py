"""Measures how far each day lies from the training months and writes report.json, parity.json and REPORT.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd

HOUR_BANDS = [0, 6, 9, 12, 15, 18, 21, 24]
DISTANCE_BINS = 16
LISTED_AIRPORTS = 30
MEASURED = ["distance", "hour", "origin", "destination"]
HOLDOUT_COLUMNS = ["auc", "accuracy", "brier", "logLoss", "calibrationError", "meanScore", "positiveRate"]
MATERIALITY = 0.02
CANARY_SHARE = 0.1


def effect(reference: np.ndarray, current: np.ndarray) -> float:
    """Sum of (q-p)^2/p over the bins, less its expectation (k-1)/n when nothing has changed."""
    p, n = reference / reference.sum(), current.sum()
    return float((((current / n - p) ** 2) / p).sum() - (len(p) - 1) / n)


class Reference:
    """Bins fixed by the training months: distance by quantiles, hour by bands, airports by frequency and "other"."""

    def __init__(self, rows: pd.DataFrame) -> None:
        inner = np.unique(np.quantile(rows.distance, np.linspace(0, 1, DISTANCE_BINS + 1)[1:-1]))
        self.edges = {"distance": np.r_[-np.inf, inner, np.inf], "hour": np.array(HOUR_BANDS)}
        self.listed = {name: rows[name].value_counts().index[:LISTED_AIRPORTS] for name in ("origin", "destination")}
        self.counts = {name: self.count(rows, name) for name in MEASURED}

    def count(self, rows: pd.DataFrame, name: str) -> np.ndarray:
        if name in self.edges:
            return np.histogram(rows[name], self.edges[name])[0].astype(float)
        listed = rows[name].value_counts().reindex(self.listed[name], fill_value=0).to_numpy(float)
        return np.append(listed, len(rows) - listed.sum())

    def effects(self, rows: pd.DataFrame) -> dict[str, float]:
        return {name: effect(self.counts[name], self.count(rows, name)) for name in MEASURED}


def effects(flights: pd.DataFrame, hour_in_utc: Callable[[pd.DataFrame], pd.Series]) -> dict[str, object]:
    """Per day of the eastern stream, and for each disturbance that the demonstration adds."""
    east = flights[flights.eastern]
    reference = Reference(east[east.month <= 2])
    daily = []
    for day, rows in east[east.month.between(3, 6)].groupby(east.date.dt.strftime("%Y-%m-%d")):
        daily.append({"day": day, "n": len(rows)} | reference.effects(rows))

    april = east[east.date.dt.strftime("%Y-%m-%d") == "2001-04-10"]
    canary = april.iloc[:: round(1 / CANARY_SHARE)]
    market = flights[flights.month == 5]
    known = east[east.month <= 2].origin.unique()
    return {
        "definition": "sum (q-p)^2/p - (k-1)/n, one day against eastern January and February",
        "daily": daily,
        "utcHour": {"day": "2001-04-10", "n": len(canary)}
        | reference.effects(canary.assign(hour=hour_in_utc(canary))),
        "newMarket": {"month": "2001-05", "n": len(market), "originsNeverSeen": float((~market.origin.isin(known)).mean())}
        | reference.effects(market),
    }


def parity_rows(
    flights: pd.DataFrame,
    score: Callable[[onnxruntime.InferenceSession, pd.DataFrame], np.ndarray],
    folder: Path,
    recipes: Iterable[object],
) -> list[dict[str, object]]:
    """Rows spread over the whole file with the probability of each version, for the check of other runtimes."""
    rows = flights.iloc[:: len(flights) // 200]
    listed = [
        {"features": {"distance": int(r.distance), "hour": int(r.hour), "weekday": int(r.weekday), "origin": r.origin,
                      "destination": r.destination}, "probability": {}}
        for r in rows.itertuples()
    ]
    for recipe in recipes:
        session = onnxruntime.InferenceSession(
            folder / "models" / f"flights-v{recipe.version}.onnx", providers=["CPUExecutionProvider"]
        )
        for row, probability in zip(listed, score(session, rows)):
            row["probability"][recipe.version] = float(probability)
    return listed


def write(document: dict[str, object], folder: Path) -> None:
    parity = document.pop("parity")
    rounded = round_floats(document)
    (folder / "report.json").write_text(json.dumps(rounded, indent=1) + "\n")
    lines = ",\n".join(json.dumps(row) for row in parity)
    (folder / "models" / "parity.json").write_text(f"[\n{lines}\n]\n")
    (folder / "REPORT.md").write_text(markdown(rounded))


def round_floats(value: object) -> object:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: round_floats(item) for key, item in value.items()}
    return [round_floats(item) for item in value] if isinstance(value, list) else value


def markdown(document: dict[str, object]) -> str:
    data, training, effects_ = document["data"], document["training"], document["effects"]
    text = [
        "# Flight delays: how the models were made and what they can do",
        "",
        "Written by `train.py`; do not edit. Figures to four digits are in `report.json`.",
        "",
        f"Data: {data['package']}, {data['rows']:,} flights of January to June 2001, {data['easternRows']:,} of them "
        f"eastern ({training['population'].split(',')[0]}). Trained on {data['trainingRows']:,} rows. "
        f"Label: {training['label']}. Features: {', '.join(training['features'])}; the {training['frequentAirports']} "
        "most frequent airports are told apart, the rest is one class, decided inside the ONNX graph.",
        "",
        table(["File", "SHA-256"], [[f"`{n}`", f"`{f['sha256']}`"] for n, f in data["files"].items()]),
        "",
        "Libraries: " + ", ".join(f"{name} {version}" for name, version in document["libraries"].items()) + ".",
        "",
        "## Versions",
        "",
        table(
            ["Version", "Seed", "Trees", "Bytes", "SHA-256", "What it is"],
            [[v["version"], v["seed"], v["trees"], v["bytes"], f"`{v['sha256'][:16]}…`", v["why"]] for v in document["versions"]],
        ),
        "",
        f"Holdout ({training['holdout']}; the shipped model is then trained on all rows):",
        "",
        table(
            ["Version", "Flights", "AUC", "Accuracy", "Brier", "Log loss", "Calibration error", "Predicted late", "Actually late"],
            [
                [v["version"], f"{v['holdout']['rows']:,}", *(f"{v['holdout'][k]:.3f}" for k in HOLDOUT_COLUMNS)]
                for v in document["versions"]
            ],
        ),
    ]
    for title, key in (
        ("Eastern flights, correct client", "correct"),
        ("Eastern flights, client sends the hour in UTC", "utcHour"),
        ("All US flights, correct client", "newMarket"),
    ):
        text += ["", f"## {title}", ""]
        rows = [
            [v["version"], month, f"{m['n']:,}", *(f"{m[k]:.3f}" for k in ("auc", "accuracy", "brier", "predictedLate", "actualLate"))]
            for v in document["versions"]
            for month, m in v["metrics"][key].items()
        ]
        text.append(table(["Version", "Month", "Flights", "AUC", "Accuracy", "Brier", "Predicted late", "Actually late"], rows))
    loud = [d for d in effects_["daily"] if max(d[name] for name in MEASURED) >= MATERIALITY]
    quiet = [d for d in effects_["daily"] if d not in loud and d["day"] < "2001-06"]
    text += [
        "",
        "## How far the days lie from January and February",
        "",
        f"Effect: {effects_['definition']}. Distance in {DISTANCE_BINS} quantile bins, hour in the bands "
        f"{', '.join(f'{a}-{b - 1}' for a, b in zip(HOUR_BANDS, HOUR_BANDS[1:]))}, airports as the {LISTED_AIRPORTS} "
        "most frequent and other.",
        "",
        f"Days of March to June with an effect of {MATERIALITY} or more (5 and 6 March 2001 were a north-east storm; "
        "nothing was added to these rows):",
        "",
        table(["Day", "Flights", *MEASURED], [[d["day"], f"{d['n']:,}", *(f"{d[k]:.3f}" for k in MEASURED)] for d in loud]),
        "",
        f"The other {len(quiet)} days of March, April and May stay below "
        + ", ".join(f"{max(d[k] for d in quiet):.3f} ({k})" for k in MEASURED)
        + ".",
        "",
        "What the demonstration adds:",
        "",
        table(
            ["Disturbance", "Flights", *MEASURED],
            [
                [f"hour in UTC, a tenth of {effects_['utcHour']['day']}", f"{effects_['utcHour']['n']:,}",
                 *(f"{effects_['utcHour'][k]:.3f}" for k in MEASURED)],
                [f"all US flights, {effects_['newMarket']['month']}", f"{effects_['newMarket']['n']:,}",
                 *(f"{effects_['newMarket'][k]:.3f}" for k in MEASURED)],
            ],
        ),
        "",
        f"In the new market {effects_['newMarket']['originsNeverSeen']:.0%} of the flights leave from an airport that was "
        "never seen in training.",
        "",
    ]
    return "\n".join(text)


def table(head: list[str], rows: list[list[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
