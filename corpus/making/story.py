"""Which story is told on which day: the shares of fear and debasement, and the topics of each phase."""
import datetime as dt

FIRST_DAY = dt.date(2024, 2, 16)
DAYS = 134

# Day of the corpus -> share of texts, straight lines between. Move these to move the narrative.
FEAR_SHARE = [(1, 0.09), (50, 0.09), (61, 0.48), (93, 0.50), (102, 0.10), (134, 0.10)]
DEBASEMENT_SHARE = [(1, 0.08), (93, 0.08), (103, 0.50), (115, 0.50), (124, 0.36), (134, 0.34)]

WAR_FROM, TRUCE_FROM, CUT_FROM, CUT_NEWS_UNTIL, RALLY_FROM = 51, 104, 112, 118, 126
DEBASEMENT_FROM = 93

# topic -> headlines, own paragraphs, supporting paragraphs
TOPICS = {
    "geo": ("h_geo", ["p_geo"], ["p_haven", "p_haven", "p_bank", "p_lag", "p_metals"]),
    "bank": ("h_bank", ["p_bank"], ["p_haven", "p_geo", "p_macro", "p_lag"]),
    "haven": ("h_haven", ["p_haven"], ["p_geo", "p_bank", "p_lag", "p_metals"]),
    "rumble": ("h_rumble", ["p_rumble"], ["p_metals", "p_macro", "p_background"]),
    "after": ("h_after", ["p_after"], ["p_metals", "p_macro", "p_fade"]),
    "lag": ("h_lag", ["p_lag"], ["p_btc", "p_background", "p_metals"]),
    "liq": ("h_liq", ["p_liq"], ["p_debase", "p_fiscal", "p_hedge", "p_btc"]),
    "fiscal": ("h_fiscal", ["p_fiscal"], ["p_debase", "p_liq", "p_metals", "p_hedge"]),
    "debase": ("h_debase", ["p_debase"], ["p_hedge", "p_liq", "p_fiscal", "p_metals"]),
    "cut": ("h_cut", ["p_cut"], ["p_liq", "p_debase", "p_hedge"]),
    "murmur": ("h_murmur", ["p_murmur"], ["p_macro", "p_metals", "p_background"]),
    "fade": ("h_fade", ["p_fade"], ["p_metals", "p_macro", "p_close"]),
    "cutfade": ("h_cutfade", ["p_cutfade"], ["p_macro", "p_metals", "p_btc"]),
    "rally": ("h_rally", ["p_rally"], ["p_btc", "p_metals", "p_background"]),
    "metals": ("t_metals", ["p_metals"], ["p_background", "p_macro"]),
    "btc": ("t_btc", ["p_btc"], ["p_background", "p_macro"]),
    "macro": ("t_macro", ["p_macro"], ["p_metals", "p_btc", "p_background"]),
    "trap": ("h_trap", ["p_macro"], ["p_background"]),
}
QUOTES = {bank: "q_fear" for bank in ("p_geo", "p_bank", "p_haven")}
QUOTES |= {bank: "q_debase" for bank in ("p_liq", "p_fiscal", "p_debase", "p_hedge", "p_cut")}
QUOTES |= {bank: "q_neutral" for bank in ("p_metals", "p_btc", "p_macro")}
QUOTE_SHARE = {"q_fear": 0.3, "q_debase": 0.3, "q_neutral": 0.12}
RARE = "p_background"       # explainers: fit anywhere, tire soon

OFF_TOPIC = ["sport", "cooking", "games", "listing", "hack"]
TOPICS |= {t: (f"h_{t}", [f"p_{t}"], [f"p_{t}"]) for t in OFF_TOPIC}


def day_number(day):
    return (day - FIRST_DAY).days + 1


def share(points, n):
    for (a, low), (b, high) in zip(points, points[1:]):
        if a <= n <= b:
            return low + (high - low) * (n - a) / (b - a)
    raise ValueError(f"day {n} lies outside the story")


def topic(kind, n, rng):
    """A topic of the given kind ("fear", "debasement" or "neutral") that fits day n."""
    if kind == "fear":
        if n < WAR_FROM:
            return "rumble"
        if n > TRUCE_FROM:
            return "after"
        return rng.choices(["geo", "bank", "haven"], [42, 23, 35])[0]
    if kind == "debasement":
        if n < DEBASEMENT_FROM:
            return "murmur"
        if CUT_FROM <= n <= CUT_NEWS_UNTIL and rng.random() < 0.35:
            return "cut"
        return rng.choices(["liq", "fiscal", "debase"], [42, 20, 38])[0]
    special = "cutfade" if n <= DEBASEMENT_FROM else "fade" if n < RALLY_FROM else "rally"
    if WAR_FROM + 8 <= n < DEBASEMENT_FROM + 7 and rng.random() < 0.4:
        special = "lag"
    weight = 30 if TRUCE_FROM - 6 <= n < CUT_NEWS_UNTIL else 15      # relief is news in its first weeks
    return rng.choices(["metals", "btc", "macro", special], [31, 27, 26, weight])[0]


class Allotment:
    """Deals kinds out so that a day's shares follow the story, with the remainder carried on."""

    def __init__(self, rng):
        self.rng, self.owed = rng, {"fear": 0.0, "debasement": 0.0}

    def deal(self, count, n):
        kinds = []
        for kind, points in (("fear", FEAR_SHARE), ("debasement", DEBASEMENT_SHARE)):
            self.owed[kind] += count * share(points, n)
            due = max(0, min(count - len(kinds), round(self.owed[kind] + self.rng.uniform(-0.6, 0.6))))
            self.owed[kind] -= due
            kinds += [kind] * due
        kinds += ["neutral"] * (count - len(kinds))
        self.rng.shuffle(kinds)
        return kinds
