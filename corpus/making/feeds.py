"""Feeds and a news sitemap that list some of the pages, each with the entries a reader should find."""
import email.utils
import datetime as dt
import html
import json

from site_pages import OUTLETS, stamp


def esc(text):
    return html.escape(text, quote=False)


def expected(articles):
    return [{"title": a["title"], "link": a["url"], "published": stamp(a["when"])} for a in articles]


def rss_date(when, zone_hours):
    zone = dt.timezone(dt.timedelta(hours=zone_hours))
    return email.utils.format_datetime(when.replace(tzinfo=dt.timezone.utc).astimezone(zone))


def rss(outlet, articles, zone_hours, dates="pubDate", content="plain"):
    name = OUTLETS[outlet]["name"]
    items = []
    for n, a in enumerate(articles):
        day = (f"<dc:date>{stamp(a['when'])}</dc:date>" if dates == "dc" else f"<pubDate>{rss_date(a['when'], zone_hours)}</pubDate>")
        title = f"<![CDATA[{a['title']}]]>" if content == "cdata" else esc(a["title"])
        lead = a["paragraphs"][0]
        text = {"plain": f"<description>{esc(lead)}</description>",
                "cdata": f"<description><![CDATA[<p>{esc(lead)}</p>]]></description>\n<content:encoded><![CDATA["
                         + "".join(f"<p>{esc(p)}</p>" for p in a["paragraphs"]) + "]]></content:encoded>"}[content]
        guid = f'<guid isPermaLink="false">{outlet}-{4000 + n}</guid>'
        items.append(f"<item>\n<title>{title}</title>\n<link>{esc(a['url'])}</link>\n{guid}\n<dc:creator>{esc(a['author'])}</dc:creator>\n{day}\n{text}\n</item>")
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n'
            f"<title>{esc(name)}</title>\n<link>{articles[0]['url'].split('/', 3)[0]}//{outlet}.example/</link>\n"
            f'<atom:link href="https://{outlet}.example/feed.xml" rel="self" type="application/rss+xml"/>\n'
            f"<description>Latest from {esc(name)}</description>\n<language>en</language>\n" + "\n".join(items) + "\n</channel>\n</rss>\n")


def atom(outlet, articles, offset="Z"):
    name = OUTLETS[outlet]["name"]
    hours = 0 if offset == "Z" else int(offset[:3])

    def local(when):
        return (when + dt.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S") + offset

    entries = []
    for a in articles:
        changed = a["when"] + dt.timedelta(hours=5)
        content = ('<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">' + "".join(f"<p>{esc(p)}</p>" for p in a["paragraphs"][:2])
                   + "</div></content>") if offset == "Z" else f'<summary type="html">{esc("<p>" + esc(a["paragraphs"][0]) + "</p>")}</summary>'
        entries.append(f'<entry>\n<id>tag:{outlet}.example,2024:{a["slug"]}</id>\n<title type="text">{esc(a["title"])}</title>\n'
                       f'<link rel="alternate" type="text/html" href="{a["url"]}"/>\n<link rel="replies" href="{a["url"]}#letters"/>\n'
                       f'<author><name>{esc(a["author"])}</name></author>\n<published>{local(a["when"])}</published>\n<updated>{local(changed)}</updated>\n{content}\n</entry>')
    return ('<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
            f'<id>https://{outlet}.example/</id>\n<title>{esc(name)}</title>\n<updated>{local(articles[0]["when"] + dt.timedelta(hours=5))}</updated>\n'
            f'<link rel="self" href="https://{outlet}.example/feed.atom"/>\n' + "\n".join(entries) + "\n</feed>\n")


def json_feed(outlet, articles):
    items = [{"id": f"{outlet}:{a['slug']}", "url": a["url"], "title": a["title"], "date_published": stamp(a["when"]),
              "authors": [{"name": a["author"]}], "content_text": "\n\n".join(a["paragraphs"][:2])} for a in articles]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": OUTLETS[outlet]["name"],
                       "home_page_url": f"https://{outlet}.example/", "items": items}, indent=1, ensure_ascii=False) + "\n"


def sitemap(outlet, articles):
    name = OUTLETS[outlet]["name"]
    urls = "\n".join(f"<url>\n<loc>{esc(a['url'])}</loc>\n<lastmod>{a['when']:%Y-%m-%d}</lastmod>\n<news:news>\n<news:publication><news:name>{esc(name)}</news:name>"
                     f"<news:language>en</news:language></news:publication>\n<news:publication_date>{stamp(a['when'])}</news:publication_date>\n"
                     f"<news:title>{esc(a['title'])}</news:title>\n</news:news>\n</url>" for a in articles)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
            f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{urls}\n</urlset>\n')


def write_all(folder, by_outlet):
    """folder/<name> and folder/<name>.expected.json for six feeds and the sitemap."""
    newest = {outlet: sorted(articles, key=lambda a: a["when"], reverse=True)[:14] for outlet, articles in by_outlet.items()}
    files = {
        "metalsdesk.xml": ("rss", "metalsdesk", lambda o, a: rss(o, a, 0)),
        "harbourmarkets.xml": ("rss", "harbourmarkets", lambda o, a: rss(o, a, -5, content="cdata")),
        "oldexchange.xml": ("rss", "oldexchange", lambda o, a: rss(o, a, 2, dates="dc")),
        "northquay.xml": ("atom", "northquay", lambda o, a: atom(o, a)),
        "countinghouse.xml": ("atom", "countinghouse", lambda o, a: atom(o, a, "+01:00")),
        "tallystick.json": ("json", "tallystick", json_feed),
        "sitemap.xml": ("sitemap", "sablewire", sitemap),
    }
    for name, (form, outlet, make) in files.items():
        articles = newest[outlet]
        (folder / name).write_text(make(outlet, articles), encoding="utf8")
        wanted = {"format": form, "outlet": OUTLETS[outlet]["name"], "entries": expected(articles)}
        stem = name.rsplit(".", 1)[0]
        (folder / f"{stem}.expected.json").write_text(json.dumps(wanted, indent=1, ensure_ascii=False) + "\n", encoding="utf8")
