"""Whatever is sent to whichever address, the answer is a page or a refusal in words, never a crash.

Two ways. Schemathesis, an outside judge, reads the description made from the routes, sends what it
allows and what it forbids, and holds every answer against it. Hypothesis sends what no description
allows: odd methods, bytes that are no text, bodies that are no forms.
"""

from __future__ import annotations

import json
import re
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from page_check import outline

EVERYDAY, SLOW = 6, 60
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "get")
KINDS = (
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    'multipart/form-data; boundary="\xff"',
    "application/json",
    "text/plain; charset=no-such",
    "",
    "\x00",
)
ACCEPT = ("text/html", "application/json", "*/*", "", "a/b;q=x", "application/json;q=0", "\xff")
NASTY = (
    "",
    "\0",
    "%00",
    "9" * 400,
    "-1",
    "1e999",
    "NaN",
    "٣",
    "../../etc/passwd",
    "'; DROP TABLE job; --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "=1+1",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "E09000030",
    "Camden+Islington",
    "9999-12-31",
    "0000-00-00",
    "2026-02-30",
    "a" * 5000,
    "\u202e\u0000\ufeff",
)


def quietly(examples):
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def addresses():
    """Every address there is, with its parts still to be filled."""
    from totalplace.web.openapi import routes

    return sorted({address for address, _ in routes()})


@pytest.fixture
def client(site, monkeypatch):
    """A visitor whose forms are taken without a token, and whose jobs go nowhere."""
    from django.test import Client

    from totalplace.web.jobs import board

    monkeypatch.setattr(board, "_enqueue", lambda job_id: None)
    monkeypatch.setattr(board, "is_worker_alive", lambda: True)  # so that /ready is
    return Client(raise_request_exception=False)


def check_refusal(response, method, *, part=False):
    """A refusal is in words, in one shape, and tells nothing of the inside."""
    assert response.status_code < 500, response.content[:3000]
    if response.status_code < 400 or method == "HEAD":
        return
    kind = response.headers["Content-Type"]
    text = response.content.decode()
    assert "Traceback" not in text
    assert "django" not in text.lower().replace("django_htmx", "")
    if kind == "application/json":
        told = json.loads(text)["error"]
        assert told["status"] == response.status_code
        assert all(one["what"] for one in told["problems"])
    else:
        assert kind.startswith("text/html"), kind
        page = outline(response)
        assert not page.faults
        assert len(" ".join(page.words)) > 20
        if not part:
            assert page.titles[0].startswith("Error: ")


values = st.one_of(st.sampled_from(NASTY), st.text(max_size=60), st.from_regex("[A-Z0-9.+-]{1,20}"))
raw = st.binary(max_size=80).map(quote_from_bytes) | st.binary(max_size=80).map(
    lambda given: given.decode("latin-1")
)


@st.composite
def requests(draw):
    """One request to an address of ours, with whatever in it."""
    address = draw(st.sampled_from(addresses()))
    address = re.sub(r"<[^>]+>", lambda _: "{}", address)
    parts = [draw(values) for _ in range(address.count("{}"))]
    names = names_of(address)
    pairs = draw(st.lists(st.tuples(st.sampled_from(names), values), max_size=6))
    return {
        "path": address.format(*parts) + draw(st.sampled_from(["", "", "", "/", "//", "\xff"])),
        "method": draw(st.sampled_from(METHODS)),
        "pairs": pairs + pairs[:1] * draw(st.integers(0, 2)),
        "raw": draw(raw | st.just("")),
        "body": draw(st.binary(max_size=200) | st.none()),
        "kind": draw(st.sampled_from(KINDS)),
        "accept": draw(st.sampled_from(ACCEPT)),
        "htmx": draw(st.booleans()),
    }


def names_of(address):
    from totalplace.web.openapi import pages, parameters

    known = {name for at, facts in pages() for name in parameters(facts.query)}
    return sorted(known | {"format", "table", "csrfmiddlewaretoken", "nobody", ""})


def send(client, asked):
    from urllib.parse import urlencode

    pairs = [
        (name.encode("utf-8", "replace"), value.encode("utf-8", "surrogatepass"))
        for name, value in asked["pairs"]
    ]
    words = "&".join(filter(None, (urlencode(pairs), asked["raw"])))
    body = urlencode(pairs).encode() if asked["body"] is None else asked["body"]
    headers = {"HTTP_ACCEPT": asked["accept"], "HTTP_HOST": "localhost"}
    if asked["htmx"]:
        headers["HTTP_HX_REQUEST"] = "true"
    in_address = asked["method"] in {"GET", "HEAD"} or asked["body"] is not None
    return client.generic(
        asked["method"],
        "/",
        body,
        content_type=asked["kind"],
        PATH_INFO=asked["path"].encode("utf-8", "surrogatepass").decode("latin-1"),
        QUERY_STRING=words if in_address else "",
        **headers,
    )


def try_everything(client, examples):
    @quietly(examples)
    @given(requests())
    def sent(asked):
        response = send(client, asked)
        if asked["path"] == "/ready" and response.status_code == 503:
            return  # it tells the truth about a service that is not whole
        check_refusal(response, asked["method"].upper(), part=asked["htmx"])

    sent()


def test_whatever_is_sent_the_answer_is_in_words(client):
    try_everything(client, 150)


@pytest.mark.slow
def test_whatever_is_sent_the_answer_is_in_words_at_length(client):
    try_everything(client, 3000)


@pytest.mark.parametrize("address", ["/", "/places", "/nothing", "/plan/new", "/health"])
@pytest.mark.parametrize("method", METHODS)
def test_a_method_is_answered_or_refused_with_what_is_allowed(client, address, method):
    response = client.generic(method, address, HTTP_HOST="localhost")
    check_refusal(response, method)
    if response.status_code == 405:
        assert "GET" in response.headers["Allow"]


@pytest.fixture
def described(site):
    """The description as Schemathesis reads it, asked for from the application itself."""
    import schemathesis

    from totalplace.web.wsgi import application

    schema = schemathesis.openapi.from_wsgi("/openapi.json", application)
    schema.validate()
    return schema


def check_described(described, examples):
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = (
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    )
    seen = {}
    for found in described.get_all_operations():
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            operation = found.ok()
            if mode is GenerationMode.NEGATIVE and takes_anything(operation):
                continue
            codes = seen[operation.label, mode] = set()
            cases = operation.as_strategy(generation_mode=mode)
            try:
                check_operation(cases, checks, examples, codes)
            except Unsatisfiable:  # a button has nothing that could be wrong
                assert (mode, codes) == (GenerationMode.NEGATIVE, set()), operation.label
    return seen


def takes_anything(operation):
    """Whether a page reads its form by itself, so that no body goes against its description."""
    fields = [body.definition["schema"]["properties"] for body in operation.body]
    return operation.method == "post" and all(set(one) == {"csrfmiddlewaretoken"} for one in fields)


def check_operation(cases, checks, examples, codes):
    """Send cases of one page and hold the answers against the checks."""

    @quietly(examples)
    @given(case=cases, accept=st.sampled_from(["application/json", "text/html"]))
    def sent(case, accept):
        headers = {"Accept": accept, "Accept-Encoding": "identity"}
        response = case.call(headers=headers)
        case.validate_response(response, checks=list(checks), headers=headers)
        codes.add(response.status_code)

    sent()


def test_every_page_answers_as_its_description_says(described):
    from schemathesis import GenerationMode

    seen = check_described(described, EVERYDAY)
    right = {label for (label, mode), codes in seen.items() if 200 in codes}
    assert {"GET /", "GET /measures", "GET /sources", "GET /about"} <= right
    wrong = [codes for (_, mode), codes in seen.items() if mode is GenerationMode.NEGATIVE]
    assert any(400 in codes for codes in wrong)


@pytest.mark.slow
def test_every_page_answers_as_its_description_says_at_length(described):
    assert check_described(described, SLOW)


def test_the_description_names_every_page_and_what_it_takes(described, client):
    from totalplace.web.openapi import description, routes

    paths = description()["paths"]
    plan = {one["name"]: one["schema"] for one in paths["/plan/result"]["get"]["parameters"]}
    assert plan["draws"] == {"type": "integer", "minimum": 64, "maximum": 1024, "default": 512}
    assert plan["objective"]["enum"] == ["expected", "cautious"]
    assert plan["arrangement"]["type"] == "array"
    assert plan["start"] == {"type": "string", "format": "date"}
    assert "post" in paths["/plan/new"]
    assert paths["/places/{area}"]["get"]["parameters"][0]["in"] == "path"
    undescribed = {at for at, _ in routes() if re.sub(r"<(\w+:)?(\w+)>", r"{\2}", at) not in paths}
    for_programs = {"/health", "/ready", "/openapi.json"}
    assert for_programs < undescribed
    for address in undescribed - for_programs:  # forms that stand on other pages
        filled = re.sub(r"<uuid:\w+>", "00000000-0000-4000-8000-000000000000", address)
        assert client.get(re.sub(r"<int:\w+>", "1", filled)).status_code == 405, address


def test_a_body_that_is_no_form_is_refused_in_words(client):
    sent = client.generic(
        "POST", "/plan/new", b"--", content_type='multipart/form-data; boundary="\xff"'
    )
    check_refusal(sent, "POST")
    assert sent.status_code == 400
