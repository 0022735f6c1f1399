#!/usr/bin/env python3
"""Writes the sample corpus that ships with Storyturn into the folder this file lies in.

Everything it writes is invented: outlets, people, firms, countries, events and prices. It is an
illustration, not market data. The material it writes from (sentence banks, page templates, price
anchors, the arc of the story) lies in making/.

Rerun:  python3 generate.py      Python 3.11 or later, standard library only. No clock, no network;
the same source gives the same bytes. Old output is removed first, and MANIFEST.toml is rewritten.

What to turn: making/story.py moves the narrative, making/prices.toml the prices, SEED the noise.
"""
import csv
import datetime as dt
import gzip
import hashlib
import html
import io
import json
import pathlib
import random
import shutil
import sys
import uuid

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE / "making"))

import feeds  # noqa: E402
import prices  # noqa: E402
from site_pages import OUTLETS, curly, page, section_index, slugify, stamp  # noqa: E402
from story import DAYS, FIRST_DAY, OFF_TOPIC, QUOTE_SHARE, QUOTES, RARE, TOPICS, Allotment, topic  # noqa: E402
from writing import Writer, toml  # noqa: E402

SEED = "storyturn-sample-244"       # chosen so that the years before hold one price-only episode (2022) and no other
WIRE_SOURCES = ["metalsdesk.example", "tallystick.example", "harbourmarkets.example", "dailypivot.example",
                "tickerline.example", "brassbell.example"]
WEEKDAY_PAGES, WEEKEND_PAGES = 2, 0.75
WEEKDAY_WIRE, WEEKEND_WIRE = 10, 6
OFF_TOPIC_WIRE = 0.16               # of the neutral headlines
MIN_WORDS, MAX_WORDS, MAX_PARAGRAPHS = 155, 490, 9
SYNDICATED_ON, SYNDICATED_BY = dt.date(2024, 4, 24), ["sablewire", "harbourmarkets", "dailypivot", "metalsdesk"]
CUT_OFF_OUTLET, CUT_OFF_MIN_WORDS = "harbourmarkets", 240
GZIPPED_PAGE, CP1252_PAGE = ("tallystick", 12), ("oldexchange", 8)     # outlet, place in order of time
LEADS = {"rumble": [1, 2], "murmur": [1, 2], "after": [1, 2], "trap": [1], "cutfade": [2], "cut": [2]}     # own paragraphs
OUTPUT = ["pages", "pages-truth.json", "rejected", "feeds", "letters", "prices", "warc", "wire.csv", "notes.jsonl", "MANIFEST.toml"]


def words(paragraphs):
    return sum(len(p.split()) for p in paragraphs)


def compose(writer, name, day, memo, rng):
    """Headline and paragraphs of one article on the topic."""
    headlines, own, support = TOPICS[name]
    title = writer.headline(headlines, day, memo)
    if name in OFF_TOPIC:
        banks = own * rng.randint(4, 5)
    else:
        leads = rng.choice(LEADS.get(name, [3, 3, 4]))
        banks = own * leads + [rng.choice(support) for _ in range(rng.choice([1, 2, 2]) + (leads < 3))]
        while banks.count(RARE) > (rng.random() < 0.4):
            banks[banks.index(RARE)] = rng.choice(["p_metals", "p_btc", "p_macro"])
        if rng.random() < 0.4:
            banks.append("p_close")
    used = writer.paragraphs(banks, day, memo, QUOTES, QUOTE_SHARE)
    while words(used) < MIN_WORDS:
        spare = own if name in OFF_TOPIC else [b for b in support if b != RARE] or ["p_macro"]
        extra = writer.paragraphs([rng.choice(spare)], day, memo, {}, {})[0]
        used.insert(len(used) - 1, extra)
    while words(used) > MAX_WORDS or len(used) > MAX_PARAGRAPHS:
        used.pop(-2)
    return title, used


def plan(rng):
    """(day, topic, outlet) of every page: shares follow the story, off-topic pieces lie in between."""
    allot, slots, owed = Allotment(rng), [], 0.0
    odd = rng.sample(range(DAYS), 15)
    order = []
    for i in range(DAYS):
        day = FIRST_DAY + dt.timedelta(days=i)
        owed += WEEKDAY_PAGES if day.weekday() < 5 else WEEKEND_PAGES
        count = int(owed)
        owed -= count
        names = [topic(kind, i + 1, rng) for kind in allot.deal(count, i + 1)]
        if i in odd:
            names[-1:] = [OFF_TOPIC[odd.index(i) % len(OFF_TOPIC)]]
        if day == SYNDICATED_ON:
            names = []
        today = []
        for name in names:
            if not order:
                order = [o for o in OUTLETS if o not in today]
                rng.shuffle(order)
            today.append(order.pop())
            slots.append((day, name, today[-1]))
    return slots


def article(outlet, day, title, paragraphs, topic_name, rng, author=None):
    spec = OUTLETS[outlet]
    if "quotes" in spec:
        title, paragraphs = curly(title), [curly(p) for p in paragraphs]
    slug = slugify(title)
    when = dt.datetime.combine(day, dt.time(rng.randint(6, 18), rng.randint(0, 52), rng.randint(0, 59)))
    url = spec["url"].format(y=day.year, m=f"{day.month:02}", d=f"{day.day:02}", slug=slug)
    return {"outlet": outlet, "when": when, "title": title, "paragraphs": paragraphs, "slug": slug, "url": url,
            "author": author or rng.choice(spec["authors"]), "topic": topic_name, "stem": f"{day}-{slug}"}


def syndicated(writer, rng):
    """One agency story in four outlets on one day, edited as desks do."""
    title, text = compose(writer, "geo", SYNDICATED_ON, {}, rng)
    out = [article(SYNDICATED_BY[0], SYNDICATED_ON, title, text, "geo", rng)]
    author = out[0]["author"]
    edits = [
        ("harbourmarkets", f"{title}, insurers take note", text[:-1]),
        ("dailypivot", title, [text[0].replace("markets", "the markets", 1)] + text[1:] + ["This story first appeared on Sable Wire."]),
        ("metalsdesk", f"Update: {title}", text[:1] + text[2:]),
    ]
    for outlet, new_title, new_text in edits:
        out.append(article(outlet, SYNDICATED_ON, new_title, new_text, "geo", rng, author))
    for a in out:
        a["stem"] = f"{SYNDICATED_ON}-{a['outlet']}-{a['slug']}"[:80].strip("-")
    return out


def cut_off(text, a):
    """The page as a broken transfer leaves it: unclosed tags, odd bytes, an end in mid-sentence."""
    keep = a["paragraphs"][: len(a["paragraphs"]) - 1]
    last = keep[-1].split()
    keep[-1] = " ".join(last[: len(last) * 2 // 3])
    a["paragraphs"] = keep
    start = text.index("<h1>")
    head, rest = text[:start], text[start:]
    end = rest.index("<p>" + " ".join(last[:3]))
    rest = (rest[:end] + "<p>" + html.escape(keep[-1], quote=False)).replace("</p>", "").replace("</div>", "", 1)
    noise = b'<div class="promo"><b>\xff\xfe offer \x00\xc3\x28<i>half price'
    return head.replace("</title>", "</title><meta name=viewport").encode() + noise + b"</i></b></div>" + rest.encode()


def write_pages(writer, rng):
    articles = []
    for day, name, outlet in plan(rng):
        title, paragraphs = compose(writer, name, day, {}, rng)
        articles.append(article(outlet, day, title, paragraphs, name, rng))
    articles += syndicated(writer, rng)
    articles.sort(key=lambda a: (a["when"], a["outlet"]))
    by_outlet = {o: [a for a in articles if a["outlet"] == o] for o in OUTLETS}
    truth, taken = {}, set()
    for outlet, own in by_outlet.items():
        folder = HERE / "pages" / outlet
        folder.mkdir(parents=True)
        broken = next((a for a in own if outlet == CUT_OFF_OUTLET and a["topic"] == "geo" and a["when"].date() != SYNDICATED_ON
                       and words(a["paragraphs"]) >= CUT_OFF_MIN_WORDS), None)
        for i, a in enumerate(own):
            while a["stem"] in taken:
                a["stem"] += "-2"
            taken.add(a["stem"])
            if (outlet, i) == CP1252_PAGE:
                a["paragraphs"] = [curly(p) for p in a["paragraphs"]]
                a["paragraphs"][-1] += " A caf\u00e9 near the vault charges \u20ac4 for a cup \u2013 \u201cno change given\u201d, says the sign."
            others = [b["title"] for b in own[max(0, i - 12):i]] or [b["title"] for b in own[1:6]]
            text = page(a, others, rng, "windows-1252" if (outlet, i) == CP1252_PAGE else "utf-8")
            target = folder / f"{a['stem']}.html"
            if a is broken:
                target.write_bytes(cut_off(text, a))
            elif (outlet, i) == CP1252_PAGE:
                target.write_bytes(text.encode("cp1252"))
            elif (outlet, i) == GZIPPED_PAGE:
                target.with_suffix(".html.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
            else:
                target.write_text(text, encoding="utf8")
            truth[a["stem"]] = {"articleBody": "\n\n".join(a["paragraphs"]), "date": f"{a['when']:%Y-%m-%d}", "title": a["title"],
                                "authors": [a["author"]], "publisher": OUTLETS[outlet]["name"]}
    (HERE / "rejected").mkdir()
    index = HERE / "rejected" / "2024-05-06-markets-section.html"
    index.write_text(section_index("dailypivot", by_outlet["dailypivot"][:18], rng), encoding="utf8")
    (HERE / "pages-truth.json").write_text(json.dumps(dict(sorted(truth.items())), indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    return by_outlet


def off_topic_bank(rng):
    return rng.choices(["h_trap", "h_sport", "h_cooking", "h_games", "h_listing", "h_hack"], [50, 11, 6, 8, 13, 12])[0]


def write_wire(writer, rng):
    """Headline-only items: every source on nearly every day, shares that follow the story."""
    allot, rows = Allotment(rng), []
    for i in range(DAYS):
        day = FIRST_DAY + dt.timedelta(days=i)
        weekend = day.weekday() >= 5
        sources = rng.sample(WIRE_SOURCES, len(WIRE_SOURCES))
        sources = sources[:WEEKEND_WIRE] if weekend else sources + rng.sample(WIRE_SOURCES, WEEKDAY_WIRE - len(sources))
        for kind, source in zip(allot.deal(len(sources), i + 1), sources):
            off = kind == "neutral" and rng.random() < OFF_TOPIC_WIRE
            bank = off_topic_bank(rng) if off else TOPICS[topic(kind, i + 1, rng)][0]
            title = writer.headline(bank.replace("t_", "h_"), day, {})     # headlines, not titles of whole articles
            when = dt.datetime.combine(day, dt.time(rng.randint(0, 22), rng.randint(0, 59), rng.randint(0, 59)))
            rows.append((stamp(when), source, title, f"https://{source}/wire/{day:%Y/%m/%d}/{slugify(title)}"))
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["published", "source", "title", "url"])
    table.writerows(sorted(rows))
    (HERE / "wire.csv").write_text(out.getvalue(), encoding="utf8")
    return len(rows)


def write_notes(writer, rng):
    allot, lines = Allotment(rng), []
    for i in range(2, DAYS, 3):
        day, n = FIRST_DAY + dt.timedelta(days=i), i + 1
        name = topic(allot.deal(1, n)[0], n, rng)
        headlines, own, support = TOPICS[name]
        memo = {}
        title = writer.headline(headlines, day, memo)
        text = writer.paragraphs([own[0], rng.choice(own + support)], day, memo, {}, {})
        when = dt.datetime.combine(day, dt.time(7, 30))
        lines.append(json.dumps({"id": f"tideline-{n:03}", "title": title, "text": "\n\n".join(text), "published": stamp(when),
                                 "source": "tideline.example", "url": f"https://tideline.example/notes/{n:03}"}, ensure_ascii=False))
    (HERE / "notes.jsonl").write_text("\n".join(lines) + "\n", encoding="utf8")
    folder = HERE / "letters"
    folder.mkdir()
    for day, name in ((dt.date(2024, 3, 15), "metals"), (dt.date(2024, 5, 3), "haven"), (dt.date(2024, 6, 14), "debase")):
        title, text = compose(writer, name, day, {}, rng)
        (folder / f"{day}-{name}.txt").write_text("\n\n".join([title] + text) + "\n", encoding="utf8")
    return len(lines)


ARCHIVED, CAPTURE_DELAY = ("metalsdesk", 6), dt.timedelta(hours=3)      # outlet, pages of it; when the crawler came


def warc_record(kind, when, fields, block):
    """One record as a gzip member of its own, as crawlers write them."""
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {fields} {when}")
    head = [f"WARC-Type: {kind}", f"WARC-Record-ID: <urn:uuid:{name}>", f"WARC-Date: {when:%Y-%m-%dT%H:%M:%SZ}", *fields]
    text = "\r\n".join(["WARC/1.0", *head, f"Content-Length: {len(block)}", "", ""])
    return gzip.compress(text.encode() + block + b"\r\n\r\n", mtime=0)


def chunked(body, size=700):
    parts = [body[i:i + size] for i in range(0, len(body), size)]
    return b"".join(f"{len(p):x}\r\n".encode() + p + b"\r\n" for p in parts) + b"0\r\n\r\n"


def write_warc(by_outlet):
    """A crawl of some pages: plain, chunked, packed, both; beside them what a crawler also meets."""
    own = by_outlet[ARCHIVED[0]][:ARCHIVED[1]]
    start = own[0]["when"]
    info = b"software: the corpus of Storyturn\r\nformat: WARC File Format 1.0\r\n"
    records = [warc_record("warcinfo", start, ["Content-Type: application/warc-fields"], info)]
    expected = []

    def answer(url, when, status, headers, body):
        fields = [f"WARC-Target-URI: {url}", "Content-Type: application/http; msgtype=response"]
        head = "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode()
        records.append(warc_record("response", when, fields, head + body))

    for i, a in enumerate(own):
        when = a["when"] + CAPTURE_DELAY
        body = (HERE / "pages" / a["outlet"] / f"{a['stem']}.html").read_bytes()
        headers = ["Content-Type: text/html; charset=utf-8"]
        if i % 2:
            headers.append("Content-Encoding: gzip")
            body = gzip.compress(body, mtime=0)
        if i % 3:
            headers.append("Transfer-Encoding: chunked")
            body = chunked(body)
        question = f"GET / HTTP/1.1\r\nHost: {a['url'].split('/')[2]}\r\n\r\n".encode()
        records.append(warc_record("request", when, [f"WARC-Target-URI: {a['url']}", "Content-Type: application/http; msgtype=request"], question))
        answer(a["url"], when, "200 OK", headers, body)
        expected.append({"url": a["url"], "captured": stamp(when), "title": a["title"]})
    answer("https://metalsdesk.example/robots.txt", start, "200 OK", ["Content-Type: text/plain"], b"User-agent: *\nAllow: /\n")
    answer("https://metalsdesk.example/old", start, "301 Moved Permanently", ["Location: https://metalsdesk.example/"], b"")
    answer("https://metalsdesk.example/logo.png", start, "200 OK", ["Content-Type: image/png"], b"\x89PNG\r\n\x1a\n")
    folder = HERE / "warc"
    folder.mkdir()
    (folder / "metalsdesk.warc.gz").write_bytes(b"".join(records))
    (folder / "metalsdesk.expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n", encoding="utf8")


def write_prices(table, closes):
    (HERE / "prices").mkdir()
    for name, values in closes.items():
        (HERE / "prices" / f"{name}.csv").write_text(prices.csv_text(values, table[name]["decimals"]), encoding="utf8")


GROUPS = [
    ("pages", "Articles of eight invented outlets, one page template each. One agency story runs in four outlets on 2024-04-24; one page is cut off, with odd bytes; one is windows-1252; one is gzip."),
    ("pages-truth.json", "What a reader should find on each page, by file stem: body, day, title, authors, publisher."),
    ("rejected", "A section page without an article: reading it must end in a stated rejection."),
    ("wire.csv", "Headline-only items of six sources over 120 days: published,source,title,url."),
    ("notes.jsonl", "Short newsletter notes, one JSON object a line."),
    ("letters", "Plain text; the first line is the title."),
    ("feeds", "RSS 2.0, Atom, JSON Feed and a news sitemap that list some of the pages; beside each the entries a reader should find."),
    ("warc", "A crawl of some of the pages, chunked and compressed as servers send them, with what a crawler also meets; beside it what a reader should find."),
    ("prices", "Synthetic closes, date,close: random walks pinned at the anchors of making/prices.toml. Not prices of any real asset."),
    ("storyturn.toml", "The configuration of the sample run."),
    ("making", "Sentence banks, page templates, price anchors and code from which generate.py writes all of the above."),
    ("generate.py", "The script that writes this folder."),
]


def write_manifest():
    out = ['# An illustration, not market data.', '#',
           '# Everything in this folder was written for Storyturn. Outlets, people, firms, countries, events, quotations and',
           '# prices are invented; names of real institutions and assets are used in invented sentences and say nothing about',
           '# what they did or what they cost. The story was made to walk through every state of the signal, so what the tool',
           '# finds here is no evidence for or against anything. Regenerate with: python3 generate.py', '',
           'illustration = true', 'market_data = false', 'commentary = { first = "2024-02-16", last = "2024-06-28" }',
           'prices = { first = "2021-01-01", last = "2024-06-28" }', '']
    for root, notes in GROUPS:
        top = HERE / root
        files = [top] if top.is_file() else sorted(p for p in top.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
        out += ["[[group]]", f'path = "{root}"', 'origin = "written for this project"', 'licence = "CC0-1.0"', f"notes = {json.dumps(notes)}", "[group.sha256]"]
        out += [f'"{p.relative_to(HERE).as_posix()}" = "{hashlib.sha256(p.read_bytes()).hexdigest()}"' for p in files] + [""]
    (HERE / "MANIFEST.toml").write_text("\n".join(out), encoding="utf8")


def main():
    for name in OUTPUT:
        target = HERE / name
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)
    table = toml("prices.toml")
    closes = prices.series(table, SEED)
    writer = Writer(closes, random.Random(f"{SEED}/words"))
    write_prices(table, closes)
    by_outlet = write_pages(writer, random.Random(f"{SEED}/pagesd"))
    rows = write_wire(writer, random.Random(f"{SEED}/wire"))
    notes = write_notes(writer, random.Random(f"{SEED}/notes"))
    (HERE / "feeds").mkdir()
    feeds.write_all(HERE / "feeds", by_outlet)
    write_warc(by_outlet)
    write_manifest()
    print(f"{sum(map(len, by_outlet.values()))} pages, {rows} wire rows, {notes} notes")


if __name__ == "__main__":
    main()
