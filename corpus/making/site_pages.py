"""Renders an article in its outlet's page template, with the noise a real page carries."""
import html
import json
import re
import string

from writing import HERE, toml

FURNITURE = toml("furniture.toml")
OUTLETS, NOISE = FURNITURE["outlets"], FURNITURE["noise"]
LINKED = re.compile(r"\b(COMEX|Federal Reserve|Strait of Veldra|Treasury|hash rate|stablecoins)\b")


def curly(text):
    text = re.sub(r'(^|[\s(\[])"', "\\1\u201c", text).replace('"', "\u201d")
    return re.sub(r"(\w)'", "\\1\u2019", text).replace("'", "\u2018")


def slugify(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-")


def markup(paragraph, n):
    """HTML of one paragraph; every other one links a term, as sites do."""
    text = html.escape(paragraph, quote=False)
    if n % 2:
        text = LINKED.sub(lambda m: f'<a href="/topics/{slugify(m[1])}/">{m[1]}</a>', text, count=1)
    return text


def body_html(outlet, paragraphs, rng):
    parts = [markup(p, i) for i, p in enumerate(paragraphs)]
    template = OUTLETS[outlet]["template"]
    if template == "tables":
        return "<BR><BR>\n".join(parts)
    if template == "graph":
        out = [f'<div class="item__par">{p}</div>' for p in parts]
        out.insert(2, '<div class="item__slot" aria-hidden="true">Advertisement</div>')
        return "\n".join(out)
    out = [f"<p>{p}</p>" for p in parts]
    if template == "opengraph":
        out = [f'<p class="css-2bd">{p}</p>' for p in parts]
        out.insert(2, f'<div class="ad ad-mid"><span>{rng.choice(NOISE["promos"])}</span></div>')
    if template == "urldate":
        out.insert(3, f'<div class="inline-related"><b>See also</b> <a href="/{rng.randint(100, 999)}">{rng.choice(NOISE["promos"])}</a></div>')
    if template == "jsonld":
        out.insert(2, f'<aside class="newsletter-inline"><p>{rng.choice(NOISE["newsletter"])}</p></aside>')
    if template == "textdate":
        out = [p.replace("\u201c", "&ldquo;").replace("\u201d", "&rdquo;").replace("\u2019", "&rsquo;") for p in out]
    return "\n".join(out)


def comments(rng, tag):
    chosen = rng.sample(NOISE["comments"], rng.randint(2, 4))
    names = ["bullionbill", "M. Trask", "anon", "quay_reader", "Elspeth", "hodlfast", "R. Gaunt", "pennywise"]
    return "\n".join(f'<{tag} class="comment"><b>{rng.choice(names)}</b> <p>{html.escape(c, quote=False)}</p></{tag}>' for c in chosen)


def related(outlet, earlier, rng):
    """Links to earlier headlines of the same outlet: other stories' words, on this page."""
    titles = rng.sample(earlier, min(5, len(earlier)))
    form = {"tables": '<A HREF="{0}.htm">{1}</A><BR>', "graph": '<div><a href="/a/{0}">{1}</a></div>',
            "opengraph": '<div class="card"><a href="/news/{0}">{1}</a></div>', "urldate": '<p><a href="/{0}">{1}</a></p>',
            "timetag": '<p><a href="/stories/{0}">{1}</a> <time>{2} June 2022</time></p>'}.get(
                OUTLETS[outlet]["template"], '<li><a href="/{0}">{1}</a></li>')
    return "\n".join(form.format(slugify(t), html.escape(t, quote=False), rng.randint(1, 28)) for t in titles)


def page(article, earlier, rng, charset="utf-8"):
    outlet = OUTLETS[article["outlet"]]
    when = article["when"]
    fields = {
        "title": html.escape(article["title"]), "title_json": json.dumps(article["title"], ensure_ascii=False),
        "site": outlet["name"], "url": article["url"], "slug": article["slug"], "author": article["author"],
        "author_slug": slugify(article["author"]), "stamp": stamp(when), "modified": stamp(when.replace(minute=min(59, when.minute + 7))),
        "date_short": f"{when.day} {when:%b %Y}", "date_long": f"{when.day} {when:%B %Y}", "date_us": f"{when:%B} {when.day}, {when.year}",
        "clock": f"{when:%H:%M}", "charset": charset, "body": body_html(article["outlet"], article["paragraphs"], rng),
        "related": related(article["outlet"], earlier, rng), "comments": comments(rng, "li" if outlet["template"] == "textdate" else "div"),
        "caption": rng.choice(NOISE["captions"]), "newsletter": rng.choice(NOISE["newsletter"]), "cookies": rng.choice(NOISE["cookies"]),
        "promo": rng.choice(NOISE["promos"]), "tag": rng.choice(NOISE["tags"]),
    }
    template = (HERE / "templates" / f"{outlet['template']}.tmpl").read_text(encoding="utf8")
    return string.Template(template).substitute(fields)


def stamp(when):
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def section_index(outlet, articles, rng):
    """A page that lists stories and holds none; a reader has to reject it."""
    name = OUTLETS[outlet]["name"]
    cards = "\n".join(f'<div class="card"><a href="{a["url"]}">{html.escape(a["title"], quote=False)}</a> <span>{rng.randint(2, 9)} min</span></div>'
                      for a in articles)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Markets | {name}</title></head>
<body><div class="hdr"><a href="/">{name}</a><a href="/markets">Markets</a><a href="/money">Money</a><a href="/world">World</a></div>
<h1>Markets</h1>
<div class="grid">
{cards}
</div>
<div class="pager"><a href="?p=1">1</a> <a href="?p=2">2</a> <a href="?p=3">3</a> <a href="?p=4">Next</a></div>
<div class="ftr">&copy; 2001-2024 {name}</div></body></html>
"""
