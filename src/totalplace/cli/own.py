"""`totalplace own template` and `totalplace own check`: figures of your own.

Flow: options -> THIS -> measures.own_template, measures.own_check -> a file, a terminal
In: what a person typed. Out: a template to fill in; what a filled one says, or all its faults.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from totalplace.cli.measure_checks import AsJson, BookFile, print_json
from totalplace.cli.opening import open_book, own_figures
from totalplace.cli.screen import Screen

app = typer.Typer(
    help="Figures of your own in place of published ones: a template, and a check.",
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command("template")
def template(
    area: Annotated[
        list[str],
        typer.Option("--area", metavar="AREA", help="An authority; may be repeated."),
    ],
    *,
    periods: Annotated[
        int,
        typer.Option("--periods", min=1, max=30, help="Newest periods of each measure."),
    ] = 1,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE", help="What to write: .csv or .xlsx."),
    ] = Path("own-figures.xlsx"),
    book: BookFile = None,
) -> None:
    """Write a template filled with what is published, to overwrite what differs."""
    from totalplace.measures.own_template import template_rows
    from totalplace.places.register import Register
    from totalplace.reports.own_template import template_csv, template_workbook
    from totalplace.reports.write import write_whole

    make_fn = {".csv": template_csv, ".xlsx": template_workbook}.get(out.suffix.lower())
    if make_fn is None:
        raise typer.BadParameter("a name that ends in .csv or .xlsx", param_hint="--out")
    with open_book(book) as opened:
        codes = [one.area_code for one in Register.from_book(opened).resolve_all(area)]
        rows = template_rows(opened, codes, periods=periods)
    (written,) = write_whole(out.parent, {out.name: make_fn(rows)})
    typer.echo(f"{written}: {rows.height:,} figures as published. Overwrite those of your own.")


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The template filled in.")],
    *,
    book: BookFile = None,
    as_json: AsJson = False,
) -> None:
    """Check a file of own figures: every fault at once, or what it says beside the published."""
    from totalplace.reports import own_words
    from totalplace.reports.columns import columns, paragraph

    with open_book(book) as opened:
        found = own_figures(opened, file)
    if as_json:
        print_json(
            {
                "file": found.file_name,
                "sha256": found.sha256,
                "same_as_published": found.same,
                "warnings": [str(one) for one in found.warnings],
                **own_words.document(found.figures),
            }
        )
        return
    width = Screen().width
    said = f"{len(found.figures):,} own figures of {', '.join(found.areas)}."
    if found.same:
        said += f" {found.same:,} rows say what was published and are left out."
    lines = paragraph(said, width=width)
    for one in found.warnings:
        lines += paragraph(f"Look again at {one}", width=width, indent=2, hang=2)
    lines += ["", *columns(own_words.HEADS, own_words.rows(found.figures), width=width)]
    typer.echo("\n".join(lines))
