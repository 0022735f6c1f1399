"""Turns the sentence banks into headlines and paragraphs, with the prices of the day in them.

A bank is a list of lines. `[a|b]` picks one, `{name}` fills a slot from furniture.toml or from the
price series, `{3-9}` and `{1.5-4.0}` draw a number, `@<DATE ` keeps a line for days before DATE.
"""
import datetime as dt
import math
import pathlib
import re
import tomllib

HERE = pathlib.Path(__file__).parent
CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{([^{}]*)\}")
NUMBER = re.compile(r"^([\d.]+)-([\d.]+)$")
ONCE_PER_TEXT = {"bank", "exchange", "token", "game", "studio", "miner"}
FLAT_SHARE = 0.003          # moves below 0.3 percent read as "little changed"
WAR_STARTS = dt.date(2024, 4, 5)
ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
            "twelfth", "thirteenth"]


def toml(name):
    return tomllib.loads((HERE / name).read_text(encoding="utf8"))


class Writer:
    def __init__(self, prices, rng):
        self.prices, self.rng = prices, rng
        self.lists = toml("furniture.toml")["lists"]
        self.banks = {}
        for name in ("fear", "debasement", "neutral", "turns", "offtopic", "phases"):
            for bank, text in toml(f"{name}.toml").items():
                self.banks[bank] = text.strip().split("\n")
        self.decks = {bank: [] for bank in self.banks}
        self.said = set()

    def close(self, name, day):
        """The last close before `day`: what a writer could know that morning."""
        while True:
            day -= dt.timedelta(days=1)
            if day in self.prices[name]:
                return self.prices[name][day]

    def change(self, name, day, days):
        move = math.log(self.close(name, day) / self.close(name, day - dt.timedelta(days=days)))
        if abs(move) < FLAT_SHARE:
            return "little changed"
        return f"{'up' if move > 0 else 'down'} {abs(math.expm1(move)) * 100:.1f} percent"

    def slot(self, key, day, memo):
        number = NUMBER.match(key)
        if number:
            low, high = number.groups()
            places = len(low.partition(".")[2])
            if places:
                return f"{self.rng.uniform(float(low), float(high)):.{places}f}"
            return str(self.rng.randint(int(low), int(high)))
        base, _, span = key.partition("_")
        if base in ("gold", "silver", "btc", "dollar"):
            if span:
                return self.change(base, day, {"w": 7, "m": 30}[span])
            value = self.close(base, day)
            return f"{value:.2f}" if base == "silver" else f"{round(value, -1 if base == 'btc' else 0):,.0f}"
        if key == "ratio":
            return f"{self.close('gold', day) / self.close('silver', day):.1f}"
        if key in ("wd", "nextwd"):
            step = dt.timedelta(days=-1 if key == "wd" else 1)
            day += step if key == "wd" else 2 * step
            while day.weekday() >= 5:
                day += step
            return day.strftime("%A")
        if key == "month":
            return day.strftime("%B")
        if key == "warweek":
            return ORDINALS[min(len(ORDINALS) - 1, max(0, (day - WAR_STARTS).days // 7))]
        if key in ONCE_PER_TEXT and not (key == "miner" and key in memo):
            return memo.setdefault(key, self.rng.choice(self.lists[key]))
        fresh = [v for v in self.lists[key] if v not in memo.get("spent", [])] or self.lists[key]
        value = self.rng.choice(fresh)
        memo.setdefault("spent", []).append(value)
        return value

    def fill(self, line, day, memo):
        while CHOICE.search(line):
            line = CHOICE.sub(lambda m: self.rng.choice(m[1].split("|")), line, count=1)
        return SLOT.sub(lambda m: self.slot(m[1], day, memo), line)

    def draw(self, bank, day, avoid=()):
        """The next line of a shuffled deck that fits the day."""
        for _ in range(3 * len(self.banks[bank])):
            if not self.decks[bank]:
                self.decks[bank] = self.banks[bank][:]
                self.rng.shuffle(self.decks[bank])
            line = self.decks[bank].pop()
            if line.startswith("@<"):
                limit, line = dt.date.fromisoformat(line[2:12]), line[13:]
                if day >= limit:
                    continue
            if line not in avoid:
                return line
        raise LookupError(f"bank {bank} has nothing left for {day}")

    def once(self, bank, day, memo, avoid=()):
        """A filled line that no other text of the corpus carries; (template, text)."""
        for _ in range(400):
            line = self.draw(bank, day, avoid)
            trial = {k: (v[:] if isinstance(v, list) else v) for k, v in memo.items()}
            text = self.fill(line, day, trial)
            if text not in self.said:
                self.said.add(text)
                memo.clear()
                memo.update(trial)
                return line, text
        raise LookupError(f"bank {bank} is exhausted on {day}")

    def headline(self, bank, day, memo):
        text = self.once(bank, day, memo)[1]
        return text[0].upper() + text[1:]

    def paragraphs(self, banks, day, memo, quotes, quote_share):
        used, out = set(), []
        for bank in banks:
            line, text = self.once(bank, day, memo, used)
            used.add(line)
            quotable = quotes.get(bank)
            if quotable and self.rng.random() < quote_share[quotable]:
                quote = self.draw(quotable, day, used)
                used.add(quote)
                text += " " + self.fill(quote, day, memo)
            out.append(text)
        return out
