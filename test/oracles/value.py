"""What other people's code says of the same data and numbers: lifetimes (BG/NBD, Gamma-Gamma), scipy (special functions, Welch's test, power).

    python3 value.py DATA > value.json

DATA is the folder of cdnow.csv.gz and hillstrom.csv.gz. Needs what requirements.txt names. test/models/analytics and test/models/uplift compare with value.json.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter
from lifetimes.utils import summary_data_from_transaction_data
from scipy import integrate, special, stats
from scipy.optimize import minimize

warnings.filterwarnings("ignore")
data = Path(sys.argv[1])


def cdnow(until):
    rows = pd.read_csv(data / "cdnow.csv.gz")
    return summary_data_from_transaction_data(
        rows, "customer_id", "date", "dollar_value", observation_period_end=until, freq="D"
    )


def bg_nbd(summary):
    """lifetimes' own fit. Its optimiser stops with "precision loss" at the tightest tolerances, so the loosest that changes no third decimal is asked for."""
    fitter = BetaGeoFitter(0.0)
    fitter.fit(summary.frequency, summary.recency / 7, summary["T"] / 7, tol=1e-8)
    names = ["r", "alpha", "a", "b"]
    found = [float(fitter.params_[name]) for name in names]
    columns = [np.asarray(summary[name], dtype=float) for name in ("frequency", "recency", "T")]
    x, t, T = columns[0], columns[1] / 7, columns[2] / 7

    def loss(logs):
        """Minus the log-likelihood, from the paper's formula 6 and by scipy's functions alone."""
        r, alpha, a, b = np.exp(logs)
        alive = special.betaln(a, b + x) - special.betaln(a, b) - (r + x) * np.log(alpha + T)
        gone = np.where(x > 0, special.betaln(a + 1, b + np.maximum(x, 1) - 1) - special.betaln(a, b) - (r + x) * np.log(alpha + t), -np.inf)
        return -np.sum(special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) + np.logaddexp(alive, gone))

    own = minimize(loss, np.log(found), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9, "maxiter": 20000})
    step = 1e-3
    hessian = np.array([[second(loss, own.x, i, j, step) for j in range(4)] for i in range(4)])
    return fitter, {
        "lifetimes": dict(zip(names, found)),
        "scipy": dict(zip(names, np.exp(own.x))),
        "logLikelihood": -float(own.fun),
        "standardErrorsOfLogs": dict(zip(names, np.sqrt(np.diag(np.linalg.inv(hessian))))),
    }


def second(of, at, i, j, step):
    e, f = np.eye(4)[i] * step, np.eye(4)[j] * step
    return (of(at + e + f) - of(at + e - f) - of(at - e + f) + of(at - e - f)) / (4 * step * step)


def by_integral(params, x, t, T, weeks):
    """Expected purchases from the model's definition: alive, λ ~ Gamma(r + x, alpha + T), p ~ Beta(a, b + x), times the chance to be alive."""
    r, alpha, a, b = params
    rate, since = r + x, alpha + T
    expected = integrate.quad(lambda u: -np.expm1(-rate * np.log1p(u * weeks / since)) / u * stats.beta.pdf(u, a, b + x), 0, 0.01, limit=400)[0]
    expected += integrate.quad(lambda u: -np.expm1(-rate * np.log1p(u * weeks / since)) / u * stats.beta.pdf(u, a, b + x), 0.01, 1, limit=400)[0]
    alive = 1 / (1 + a / (b + x - 1) * ((alpha + T) / (alpha + t)) ** (r + x)) if x > 0 else 1
    return float(alive * expected)


def forecasts():
    """Of the published parameters, of ones whose a is 1, where the closed form has a hole, and of heavy buyers."""
    customers = [(0, 0, 38), (1, 10, 30), (2, 30.43, 38.86), (7, 20, 21), (29, 35, 39), (120, 150, 151)]
    told = []
    for params in [(0.2426, 4.4137, 0.7929, 2.4259), (0.2516, 4.789, 0.7234, 2.161), (1.7, 9.0, 1.0, 3.0), (0.9, 2.0, 1.3, 0.4)]:
        fitter = BetaGeoFitter(0.0)
        fitter.params_ = pd.Series(params, index=["r", "alpha", "a", "b"])
        for x, t, T in customers:
            for weeks in (1, 39, 104):
                closed = None
                if params[2] != 1.0 and x < 100:
                    closed = float(np.asarray(fitter.conditional_expected_number_of_purchases_up_to_time(weeks, x, t, T)).reshape(-1)[0])
                told.append(
                    {
                        "params": params,
                        "repeats": x,
                        "lastWeeks": t,
                        "ageWeeks": T,
                        "weeks": weeks,
                        "lifetimes": closed,
                        "integral": by_integral(params, x, t, T, weeks),
                    }
                )
    return told


def gamma_gamma(summary):
    again = summary[(summary.frequency > 0) & (summary.monetary_value > 0)]
    fitter = GammaGammaFitter(0.0)
    fitter.fit(again.frequency, again.monetary_value, tol=1e-9)
    expected = fitter.conditional_expected_average_profit(pd.Series([0, 1, 3, 12]), pd.Series([0, 20.5, 35.25, 80]))
    return {
        "parameters": {name: float(fitter.params_[name]) for name in ("p", "q", "v")},
        "customers": len(again),
        "correlation": float(np.corrcoef(again.frequency, again.monetary_value)[0, 1]),
        "expected": [float(value) for value in expected],
    }


def hillstrom():
    rows = pd.read_csv(data / "hillstrom.csv.gz")
    none = rows[rows.segment == "No E-Mail"]
    told = []
    for arm in ("Mens E-Mail", "Womens E-Mail"):
        for outcome in ("visit", "conversion", "spend"):
            mailed = rows[rows.segment == arm]
            test = stats.ttest_ind(mailed[outcome], none[outcome], equal_var=False)
            low, high = test.confidence_interval(0.95)
            told.append(
                {
                    "arm": arm,
                    "outcome": outcome,
                    "lift": float(mailed[outcome].mean() - none[outcome].mean()),
                    "low": float(low),
                    "high": float(high),
                    "t": float(test.statistic),
                    "freedom": float(test.df),
                    "p": float(test.pvalue),
                }
            )
    return told


def power():
    """Of the two-sided t test of two means, by the noncentral t."""
    told = []
    for n, effect, alpha in [(2, 3.0, 0.05), (10, 1.0, 0.05), (64, 0.5, 0.05), (500, 0.1, 0.01), (16000, 0.03, 0.05), (20, 0.0, 0.05)]:
        freedom, apart = 2 * n - 2, effect * np.sqrt(n / 2)
        bound = stats.t.ppf(1 - alpha / 2, freedom)
        told.append(
            {
                "perGroup": n,
                "effect": effect,
                "alpha": alpha,
                "power": float(stats.nct.sf(bound, freedom, apart) + stats.nct.cdf(-bound, freedom, apart)),
            }
        )
    return told


summary = cdnow("1997-09-30")
fitter, fit = bg_nbd(summary)
json.dump(
    {
        "bgNbd": fit,
        "forecasts": forecasts(),
        "gammaGamma": gamma_gamma(summary),
        "hillstrom": hillstrom(),
        "power": power(),
    },
    sys.stdout,
    indent=1,
)
print()
