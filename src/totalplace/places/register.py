"""Authorities in time: any code, name or spelling to one authority, and who followed whom.

Flow: reference tables or book -> THIS -> readers' area codes, command line, scenarios
In: tables authority, authority_code, authority_change, authority_end. Out: a frozen Register.

A *recoding* (Barnsley E08000016 -> E08000038) is the same authority under a new code, so old code
and new code resolve to one row. A county that became a unitary is a new authority; `current_of`
and `predecessors` follow the chain.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from totalplace import reference
from totalplace.errors import Problem, UnknownAreaError

if TYPE_CHECKING:
    import polars as pl

    from totalplace.book.store import Book

TABLES = ("authority", "authority_code", "authority_change", "authority_end")

# Words that say what kind of council it is and never which one. "County" and "city" do tell
# authorities apart (Derby, Derbyshire), so names with them are aliases in the table instead.
_LEADING = (
    ("the",),
    ("london", "borough", "of"),
    ("royal", "borough", "of"),
    ("metropolitan", "borough", "of"),
    ("borough", "of"),
)
_TRAILING = frozenset({"council", "borough", "district", "metropolitan", "ua", "mbc", "mdc", "lb"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """One authority that runs, or has run, children's services. A row of table ``authority``."""

    area_code: str
    la_number: str
    name: str
    kind: str
    region_code: str
    region_name: str
    starts: date | None  # None: before 2009
    ends: date | None  # last day; None: still there

    def exists_on(self, day: date) -> bool:
        """Whether it existed on that day, as far as the table goes back."""
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day <= self.ends
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A creation, merger, split or recoding. A row of table ``authority_change``."""

    effective: date
    kind: str
    old_code: str
    new_code: str
    share: float | None  # of the old area's children 0-17; None: not known
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """An authority expected to be abolished. A row of table ``authority_end``."""

    area_code: str
    expected: date  # first day without it
    status: str
    confidence: str


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold().replace("&", " and ")
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"[.'’]", "", plain)).split()


def spelling_key(text: str) -> str:
    """What is left of a name when case, spacing, accents and punctuation are ignored."""
    return "".join(_words(text))


def _keys(text: str) -> Iterable[str]:
    """Keys to try for what a person typed, the most literal first."""
    text = re.sub(r"^\s*(\d{3})\.0\s*$", r"\1", text)  # 301.0, as spreadsheets print numbers
    words = _words(text)
    yield "".join(words)
    for phrase in _LEADING:
        if len(words) > len(phrase) and tuple(words[: len(phrase)]) == phrase:
            words = words[len(phrase) :]
            yield "".join(words)
    while len(words) > 1 and words[-1] in _TRAILING:
        words = words[:-1]
        yield "".join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Every authority since 2009, how it may be called, and what became of it."""

    authorities: Mapping[str, Authority]  # by newest GSS code, ascending
    aliases: Mapping[str, tuple[str, ...]]  # spelling key -> area codes
    changes: tuple[Change, ...]
    endings: Mapping[str, Ending]

    @classmethod
    def from_tables(cls, tables: Mapping[str, pl.DataFrame]) -> Register:
        """Build from the four tables, typed as in the schema or all text."""
        authorities = {
            row["area_code"]: Authority(
                area_code=row["area_code"],
                la_number=row["la_number"],
                name=row["name"],
                kind=row["kind"],
                region_code=row["region_code"],
                region_name=row["region_name"],
                starts=_day(row["starts"]),
                ends=_day(row["ends"]),
            )
            for row in tables["authority"].sort("area_code").iter_rows(named=True)
        }
        aliases: dict[str, set[str]] = {}
        spellings = [(code, code) for code in authorities]
        spellings += [(one.la_number, one.area_code) for one in authorities.values()]
        spellings += [(one.name, one.area_code) for one in authorities.values()]
        spellings += tables["authority_code"].select("alias", "area_code").iter_rows()
        for alias, code in spellings:
            aliases.setdefault(spelling_key(alias), set()).add(code)
        return cls(
            authorities=MappingProxyType(authorities),
            aliases=MappingProxyType({key: tuple(sorted(aliases[key])) for key in aliases}),
            changes=tuple(
                Change(
                    effective=date.fromisoformat(str(row["effective"])),
                    kind=row["kind"],
                    old_code=row["old_code"],
                    new_code=row["new_code"],
                    share=None if row["share"] is None else float(row["share"]),
                    detail=row["detail"] or "",
                )
                for row in tables["authority_change"]
                .sort("effective", "old_code", "new_code")
                .iter_rows(named=True)
            ),
            endings=MappingProxyType(
                {
                    row["area_code"]: Ending(
                        area_code=row["area_code"],
                        expected=date.fromisoformat(str(row["expected"])),
                        status=row["status"],
                        confidence=row["confidence"],
                    )
                    for row in tables["authority_end"].sort("area_code").iter_rows(named=True)
                }
            ),
        )

    @classmethod
    def from_reference(cls) -> Register:
        """Build from our own reference tables, for readers and the build."""
        return cls.from_tables({name: reference.table(name) for name in TABLES})

    @classmethod
    def from_book(cls, book: Book) -> Register:
        """Of a place book; read once while the book stays open."""
        key = (str(book.path), book.meta.get("book_hash", ""), id(book.connection))
        if key not in _READ:
            while len(_READ) >= BOOKS_AT_ONCE:
                _READ.pop(next(iter(_READ)), None)
            _READ[key] = cls.from_tables({name: book.table(name) for name in TABLES})
        return _READ[key]

    def on(self, day: date | None = None) -> tuple[Authority, ...]:
        """Authorities that existed on a day, by code; today's 153 when no day is given."""
        return tuple(one for one in self.authorities.values() if _stands(one, day))

    def find(self, text: str, *, on: date | None = None) -> Authority | None:
        """The authority a code, number, name or alias means, or None.

        Args:
            text: GSS code of any vintage, three-digit number, name or alias; case, spacing and
                punctuation do not matter.
            on: Day the text was written about; decides between namesakes and reused numbers
                (Dorset before and after April 2019). Without it, the one that exists today.
        """
        for key in _keys(text):
            codes = self.aliases.get(key, ())
            if len(codes) == 1:
                return self.authorities[codes[0]]
            standing = [code for code in codes if _stands(self.authorities[code], on)]
            if len(standing) == 1:
                return self.authorities[standing[0]]
        return None

    def find_first(self, *texts: str | None, on: date | None = None) -> Authority | None:
        """The first of several printed identifiers that is known; empty ones are passed over."""
        for text in texts:
            found = self.find(text, on=on) if text else None
            if found is not None:
                return found
        return None

    def resolve(self, text: str, *, on: date | None = None) -> Authority:
        """As `find`, but a miss is an error that suggests the nearest.

        Raises:
            UnknownAreaError: Nothing is called that, or several are and `on` does not decide.
        """
        return self.resolve_all([text], on=on)[0]

    def resolve_all(self, texts: Iterable[str], *, on: date | None = None) -> tuple[Authority, ...]:
        """Resolve each text, in order.

        Raises:
            UnknownAreaError: Lists every text that is unknown, each with suggestions.
        """
        texts = list(texts)
        found = [self.find(text, on=on) for text in texts]
        problems = [self._miss(text) for text, one in zip(texts, found, strict=True) if one is None]
        if problems:
            raise UnknownAreaError(problems)
        return tuple(one for one in found if one is not None)

    def _miss(self, text: str) -> Problem:
        near = [
            key
            for literal in _keys(text)
            for key in difflib.get_close_matches(literal, self.aliases, n=3, cutoff=0.6)
        ]
        names = dict.fromkeys(
            self.authorities[code].name for key in near for code in self.aliases[key]
        )
        return Problem(
            what=f"{text!r} is no authority we know",
            fix=f"Did you mean {' or '.join(list(names)[:3])}?"
            if names
            else "Give the name, GSS code or three-digit number of an authority that runs "
            "children's services.",
        )

    def current_of(self, text: str) -> tuple[tuple[str, float | None], ...]:
        """What an authority is today: (area code, share of its children 0-17), by code.

        A standing authority is itself, share 1. Shares multiply along a chain; an unknown share
        makes every share after it unknown.
        """
        return self._follow(self.resolve(text).area_code, forward=True)

    def predecessors(self, text: str) -> tuple[tuple[str, float | None], ...]:
        """Every authority that went into this one: (area code, share of *its* children)."""
        code = self.resolve(text).area_code
        return tuple(one for one in self._follow(code, forward=False, keep=True) if one[0] != code)

    def _follow(
        self, start: str, *, forward: bool, keep: bool = False
    ) -> tuple[tuple[str, float | None], ...]:
        shares: dict[str, float | None] = {}
        waiting: list[tuple[str, float | None]] = [(start, 1.0)]
        while waiting:
            code, share = waiting.pop()
            steps = [
                (change.new_code if forward else change.old_code, change.share)
                for change in self.changes
                if (change.old_code if forward else change.new_code) == code
                and change.old_code in self.authorities  # a recoding is no step
            ]
            if keep or not steps:
                before = shares.get(code, 0.0)
                shares[code] = None if before is None or share is None else before + share
            waiting += [
                (to, None if share is None or part is None else share * part) for to, part in steps
            ]
        return tuple(sorted(shares.items()))


def _stands(authority: Authority, day: date | None) -> bool:
    return authority.ends is None if day is None else authority.exists_on(day)


def _day(value: object) -> date | None:
    return None if value in (None, "") else date.fromisoformat(str(value))


BOOKS_AT_ONCE = 4  # whose registers are kept
_READ: dict[tuple[str, str, int], Register] = {}
