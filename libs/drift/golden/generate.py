"""Golden values for libs/drift, from independent implementations.

    python -m venv .venv && .venv/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 mpmath==1.3.0
    .venv/bin/python libs/drift/golden/generate.py

Writes the JSON files beside this script. Tails come from mpmath with 60 digits, the rest from scipy and scikit-learn.
"""
import json
import pathlib

import mpmath as mp
import numpy as np
from scipy import stats
from scipy.spatial import distance
from sklearn import metrics

HERE = pathlib.Path(__file__).parent
mp.mp.dps = 60


def write(name, value):
    (HERE / f"{name}.json").write_text(json.dumps(value, indent=1) + "\n")


def f(x):
    return float(x)


def chi2_sf(x, df):
    return mp.gammainc(mp.mpf(df) / 2, mp.mpf(x) / 2, mp.inf, regularized=True)


def ncx2_sf(x, df, lam):
    x, lam = mp.mpf(x), mp.mpf(lam)
    total, j, peak = mp.mpf(0), 0, mp.mpf(0)
    while True:
        weight = mp.exp(-lam / 2 + j * mp.log(lam / 2) - mp.loggamma(j + 1))
        term = weight * chi2_sf(x, df + 2 * j)
        total += term
        peak = max(peak, term)
        if j > lam / 2 and term < peak * mp.mpf("1e-40"):
            return total
        j += 1


def binomial_tail(k, n, p):
    p = mp.mpf(p)
    return mp.fsum(mp.binomial(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))


def special():
    chi = [(19.6, 9), (120, 9), (0.5, 1), (1.2, 3), (37.7, 15), (500, 9), (700, 15), (900, 63), (64, 63), (1000, 1000), (20000, 18000)]
    ncx = [(30, 9, 5), (100, 15, 20), (400, 15, 100), (1000, 30, 100), (60, 15, 300), (1200, 101, 120), (2000, 1, 400), (350, 15, 300)]
    beta = [(3, 18, 0.03), (0.5, 20, 0.001), (40, 60, 0.1), (500, 500, 0.4), (2, 3, 0.7), (0.5, 19.5, 0.9)]
    binomial = [(3, 10, 0.2), (60, 500, 0.033), (200, 500, 0.03), (12, 6000, 0.0001), (450, 6500, 0.0625), (900, 1000, 0.5)]
    t = [(4.5, 39), (30, 39), (-1.2, 7), (12, 19), (1e3, 25)]
    z = [0, 0.3, 1.96, 6, 12, 20, 21.27, -3]
    return {
        "chiSquareSf": [[x, df, f(chi2_sf(x, df))] for x, df in chi],
        "nonCentralSf": [[x, df, lam, f(ncx2_sf(x, df, lam))] for x, df, lam in ncx],
        "chiSquareIsf": [[p, df, f(stats.chi2.isf(p, df))] for p, df in [(1e-6, 9), (0.05, 15), (0.9, 3), (1e-100, 15)]],
        "incompleteBeta": [[a, b, x, f(mp.betainc(a, b, 0, x, regularized=True))] for a, b, x in beta],
        "binomialTail": [[k, n, p, f(binomial_tail(k, n, p))] for k, n, p in binomial],
        "studentSf": [[x, df, f(mp.betainc(mp.mpf(df) / 2, 0.5, 0, df / (df + mp.mpf(x) ** 2), regularized=True) / 2) if x >= 0
                       else f(1 - mp.betainc(mp.mpf(df) / 2, 0.5, 0, df / (df + mp.mpf(x) ** 2), regularized=True) / 2)] for x, df in t],
        "normalSf": [[x, f(mp.erfc(mp.mpf(x) / mp.sqrt(2)) / 2)] for x in z],
        "normalIsf": [[p, f(-mp.sqrt(2) * mp.erfinv(2 * mp.mpf(p) - 1)) if p > 1e-40 else f(stats.norm.isf(p))] for p in [0.5, 0.3, 0.025, 1e-6, 1e-12, 0.9, 1e-100]],
        "logGamma": [[x, f(mp.loggamma(x))] for x in [1e-3, 0.5, 1.5, 2.5, 7, 100.25, 1e6]],
    }


def histograms():
    pairs = [([50, 30, 20, 0], [20, 15, 10, 5]), ([40, 10], [30, 20]), ([120, 80, 60, 40, 20, 10, 5, 1], [3, 8, 30, 41, 60, 33, 9, 0])]
    cases = []
    for p, q in pairs:
        p, q = np.array(p, float), np.array(q, float)
        k = len(p)
        ps, qs = (p + 0.5) / (p.sum() + 0.5 * k), (q + 0.5) / (q.sum() + 0.5 * k)
        pr, qr = p / p.sum(), q / q.sum()
        cases.append({
            "p": p.tolist(), "q": q.tolist(),
            "psi": f(np.sum((qs - ps) * np.log(qs / ps))),
            "kl": f(stats.entropy(qs, ps)),
            "jsDistanceBase2": f(distance.jensenshannon(pr, qr, 2)),
            "hellinger": f(np.sqrt(max(0, 1 - np.sum(np.sqrt(pr * qr))))),
            "totalVariation": f(np.abs(pr - qr).sum() / 2),
            "lInfinity": f(np.abs(pr - qr).max()),
            "ks": f(np.abs(np.cumsum(pr) - np.cumsum(qr)).max()),
        })
    return cases


def two_samples():
    x, y = np.arange(1, 9), np.array([2.5, 3.5, 4.5, 9, 10])
    return {"x": x.tolist(), "y": y.tolist(), "ks": f(stats.ks_2samp(x, y).statistic), "w1": f(stats.wasserstein_distance(x, y)),
            "w1InSd": f(stats.wasserstein_distance(x, y) / x.std())}


def intervals():
    cp = stats.binomtest(3, 20).proportion_ci(method="exact")
    wilson = stats.binomtest(3, 20).proportion_ci(method="wilson")
    more = [(0, 50), (50, 50), (7, 1000)]
    return {
        "clopperPearson": [[3, 20, cp.low, cp.high]] + [[k, n, *stats.binomtest(k, n).proportion_ci(method="exact")] for k, n in more],
        "wilson": [[3, 20, wilson.low, wilson.high]] + [[k, n, *stats.binomtest(k, n).proportion_ci(method="wilson")] for k, n in more],
        # Newcombe (1998), table II: published to four digits; 12 digits from the two score intervals.
        "newcombe": [newcombe(30, 100, 10, 50), newcombe(56, 70, 48, 80)],
    }


def newcombe(a, n, b, m):
    la, ha = stats.binomtest(a, n).proportion_ci(method="wilson")
    lb, hb = stats.binomtest(b, m).proportion_ci(method="wilson")
    d = a / n - b / m
    return [a, n, b, m, f(d - np.hypot(a / n - la, hb - b / m)), f(d + np.hypot(ha - a / n, b / m - lb))]


def discovery():
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205]
    return {"p": p, "adjusted": stats.false_discovery_control(p).tolist(), "rejectedAt005": 2}


def performance():
    rng = np.random.default_rng(7)
    cases = [([1, 1, 0, 1, 0, 0], [0.9, 0.8, 0.8, 0.4, 0.3, 0.3])]
    score = np.round(rng.beta(2, 5, 400), 2)
    cases.append(((rng.random(400) < score).astype(int).tolist(), score.tolist()))
    out = []
    for y, s in cases:
        y, s = np.array(y), np.array(s)
        pred = (s >= 0.5).astype(int)
        tn, fp, fn, tp = metrics.confusion_matrix(y, pred).ravel()
        out.append({
            "labels": y.tolist(), "scores": s.tolist(),
            "auc": f(metrics.roc_auc_score(y, s)), "brier": f(metrics.brier_score_loss(y, s)), "logLoss": f(metrics.log_loss(y, s)),
            "accuracy": f(metrics.accuracy_score(y, pred)), "precision": f(metrics.precision_score(y, pred)),
            "recall": f(metrics.recall_score(y, pred)), "f1": f(metrics.f1_score(y, pred)),
            "confusion": {"truePositives": int(tp), "falsePositives": int(fp), "trueNegatives": int(tn), "falseNegatives": int(fn)},
            "delongSe": f(delong_se(y, s)),
        })
    return out


def delong_se(y, s):
    """Placement values by direct comparison of all pairs."""
    pos, neg = s[y == 1], s[y == 0]
    wins = (pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :])
    return np.sqrt(wins.mean(1).var(ddof=1) / len(pos) + wins.mean(0).var(ddof=1) / len(neg))


def assured():
    """Pearson's statistic against a non-central chi-square, section by section of the formula."""
    rng = np.random.default_rng(11)
    out = []
    for k, n, m, shift, eps, tail in [(16, 20000, 600, 0.0, 0.02, 0.025), (16, 5000, 500, 0.4, 0.01, 0.005), (7, 367746, 6500, 0.1, 0.02, 0.02)]:
        p = rng.dirichlet(np.full(k, 8.0))
        q = p * np.exp(shift * np.linspace(-1, 1, k))
        ref, win = rng.multinomial(n, p), rng.multinomial(m, q / q.sum())
        share = (ref + 0.5) / (n + 0.5 * k)
        statistic = np.sum((win - m * share) ** 2 / (m * share))
        lam = m * (np.sqrt(eps) + np.sqrt(stats.chi2.isf(tail, k - 1) / n)) ** 2
        out.append({"reference": ref.tolist(), "window": win.tolist(), "materiality": eps, "assuranceTail": tail,
                    "statistic": f(statistic), "p": f(ncx2_sf(statistic, k - 1, lam))})
    return out


def ns3():
    """Normal-score components of a Gaussian shift and scale on 64 equal bins, with their delta-method variances."""
    n = 64000
    z = stats.norm.ppf((np.arange(64) + 0.5) / 64)
    raw_variance = np.mean(z**2)
    z = z / np.sqrt(raw_variance)
    third, fourth = np.mean(z**3), np.mean(z**4)
    influence = z**3 - third - 3 * z - 1.5 * third * (z**2 - 1)
    cuts = stats.norm.ppf(np.arange(1, 64) / 64)
    edges = np.concatenate([[-np.inf], cuts, [np.inf]])
    windows = []
    for shift, scale in [(0, 1), (0.2, 1), (0, 1.2), (0.1, 0.8)]:
        share = np.diff(stats.norm.cdf(edges, shift, scale))
        counts = np.round(share * 50000).astype(int)
        q = counts / counts.sum()
        mean = np.sum(q * z)
        variance = np.sum(q * (z - mean) ** 2)
        skew = np.sum(q * (z - mean) ** 3) / variance**1.5
        windows.append({"counts": counts.tolist(), "components": [f(mean), f(np.log(variance) / 2), f(skew / np.sqrt(6))]})
    return {"reference": [n // 64] * 64, "rawVariance": f(raw_variance), "variances": [1.0, f((fourth - 1) / 4), f(np.mean(influence**2) / 6)], "windows": windows}


write("special", special())
write("histograms", histograms())
write("two-samples", two_samples())
write("intervals", intervals())
write("discovery", discovery())
write("performance", performance())
write("assured", assured())
write("ns3", ns3())
