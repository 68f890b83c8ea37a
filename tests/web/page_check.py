"""What every page must have, whatever it is about; and its words.

Flow: a response -> THIS -> tests/web
"""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "path",
        "rect",
        "circle",
        "line",
        "polygon",
        "polyline",
        "use",
    ]
)


class Outline(HTMLParser):
    """What a test wants to know of a page."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.words, self.faults = [], [], [], []
        self.headings, self.titles, self.links = [], [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if "style" in given or tag == "style":
            self.faults.append(f"<{tag}> has a style, which the policy refuses")
        if any(name.startswith("on") for name in given):
            self.faults.append(f"<{tag}> has a handler, which the policy refuses")
        if tag == "script" and "src" not in given:
            self.faults.append("an inline script")
        for name in ("src", "href", "action"):
            if given.get(name, "").startswith(("http:", "https:", "//")):
                self.faults.append(f"{given[name]} is elsewhere")
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-3:]}")
        else:
            self.open.pop()

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data):
        if data.strip():
            self.words.append(data.strip())
            if self.open and self.open[-1] == "title" and "svg" not in self.open:
                self.titles.append(data.strip())


def outline(response) -> Outline:
    """A page, read."""
    found = Outline()
    found.feed(response.content.decode())
    return found


def words_of(response) -> str:
    """The words of a page, without its tags."""
    return " ".join(" ".join(outline(response).words).split())


def check_page(response):
    """What every page must have, whatever it is about."""
    page = outline(response)
    assert not page.faults, page.faults
    assert not page.open, page.open
    twice = {name for name in page.ids if page.ids.count(name) > 1}
    assert not twice, f"ids used twice: {twice}"
    (title,) = page.titles
    assert title.endswith("– Total Place")
    assert page.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
    assert "main-content" in page.ids
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
