"""Synthetic price series for the sample corpus: random walks pinned at the anchors of prices.toml.

Used by generate.py, which writes them as prices/<name>.csv and quotes them in the articles,
so that the commentary and the closes beside it never contradict one another.
"""
import datetime as dt
import math
import random

FIRST, LAST = dt.date(2021, 1, 1), dt.date(2024, 6, 28)
ARC_STARTS = dt.date(2024, 2, 1)
ONE_DAY = dt.timedelta(days=1)


def pinned_walk(anchors, spec, rng):
    """One value for every calendar day; hits each anchor exactly."""
    plain = spec.get("steps") == "plain"
    into, back = (float, float) if plain else (math.log, math.exp)
    path = {}
    for (start, low), (end, high) in zip(anchors, anchors[1:]):
        days = (end - start).days
        vol = spec["arc_vol"] if start >= ARC_STARTS else spec["daily_vol"]
        noise = [0.0]
        for _ in range(days):
            noise.append(noise[-1] + rng.gauss(0.0, vol))
        for i in range(days + 1):
            share = i / days
            level = into(low) + share * (into(high) - into(low)) + noise[i] - share * noise[-1]
            path[start + i * ONE_DAY] = back(level)
    return path


def series(table, seed):
    """name -> {date: close}, rounded as written."""
    out = {}
    holidays = set(table["holidays"])
    for name, spec in table.items():
        if name == "holidays":
            continue
        if "levels" in spec:
            steps = [(dt.date.fromisoformat(d), v) for d, v in spec["levels"]]
            path = {}
            day = FIRST
            while day <= LAST:
                path[day] = [v for d, v in steps if d <= day][-1]
                day += ONE_DAY
        else:
            anchors = [(dt.date.fromisoformat(d), v) for d, v in spec["anchors"]]
            path = pinned_walk(anchors, spec, random.Random(f"{seed}/{name}"))
        if spec["calendar"] == "business days":
            path = {d: v for d, v in path.items()
                    if d.weekday() < 5 and d.isoformat() not in holidays and d.strftime("%m-%d") not in holidays}
        out[name] = {d: round(v, spec["decimals"]) for d, v in sorted(path.items())}
    return out


def csv_text(closes, decimals):
    return "date,close\n" + "".join(f"{d},{v:.{decimals}f}\n" for d, v in closes.items())
