"""The command line: what a person types, and how every ending reads.

Flow: argv -> THIS -> cli.plan, cli.solve, cli.book, cli.measures, cli.evidence -> scenarios,
reports
In: options. Out: the result on standard output, everything else on standard error.
Exit codes: 0 done, 1 the user can mend it, 2 wrong usage, 3 no plan exists, 130 interrupted.
Nothing heavy is imported before a command runs, so that help is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.main import get_command

from totalplace.cli import book as book_command
from totalplace.cli import costs as costs_command
from totalplace.cli import evidence as evidence_command
from totalplace.cli import gap as gap_command
from totalplace.cli import measures as measures_command
from totalplace.cli import money as money_command
from totalplace.cli import own as own_command
from totalplace.cli import plan as plan_command
from totalplace.cli import profile as profile_command
from totalplace.cli import publishers as publishers_command
from totalplace.cli import risk as risk_command
from totalplace.cli import serve as serve_command
from totalplace.cli import sharing as sharing_command
from totalplace.cli import solve as solve_command
from totalplace.cli import split as split_command
from totalplace.cli import web as web_command
from totalplace.errors import TotalPlaceError

INTERRUPTED = 130
REPORT_AT = "please report it, with the command you gave"

app = typer.Typer(
    name="totalplace",
    help="Plan, run and judge joint children's services in England.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("profile")(profile_command.profile)
app.command("plan")(plan_command.plan)
app.command("appraise")(plan_command.appraise)
app.command("explain")(risk_command.explain)
app.command("risk")(risk_command.risk)
app.command("services")(plan_command.services)
app.command("solve")(solve_command.solve)
app.command("money")(money_command.money)
app.command("overlap")(sharing_command.overlap)
app.command("pool")(sharing_command.pool)
app.command("unit-costs")(costs_command.unit_costs)
app.command("need")(costs_command.need)
app.command("make-or-buy")(sharing_command.make_or_buy)
app.command("gap")(gap_command.gap)
app.command("split")(split_command.split)
app.command("publishers")(publishers_command.publishers)
app.add_typer(measures_command.app, name="measures")
app.add_typer(own_command.app, name="own")
app.add_typer(evidence_command.app, name="evidence")
app.add_typer(book_command.app, name="book")
app.command("pack")(book_command.pack)
app.command("serve")(serve_command.serve)
app.add_typer(web_command.app, name="web")


def _version(wanted: bool) -> None:
    if wanted:
        from totalplace import __version__

        typer.echo(f"Total Place {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the full trace of an unexpected error.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and stop.", callback=_version),
    ] = False,
) -> None:
    """Plan, run and judge joint children's services in England."""


def run(words: Sequence[str]) -> int:
    """Run one command and return its exit code; no traceback reaches a user.

    Args:
        words: The words after ``totalplace``.
    """
    debug = "--debug" in words
    try:
        ended = get_command(app).main(
            args=list(words), prog_name="totalplace", standalone_mode=False
        )
        code = ended if isinstance(ended, int) else 0
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except typer.TyperException as error:  # wrong usage: the message names the option
        show = getattr(error, "show", None)
        if show is not None:
            show()
        else:
            _say(f"Error: {error.format_message()}")
        return error.exit_code
    except TotalPlaceError as error:
        if debug:
            raise
        _say(str(error))
        return error.exit_code
    except Exception as error:
        if debug:
            raise
        _say(
            f"Something went wrong that should not have ({type(error).__name__}: {error}); "
            f"{REPORT_AT}. 'totalplace --debug ...' shows where."
        )
        return 1
    if code == INTERRUPTED:
        _say("Stopped. Nothing was left half-written.")
    return code


def main() -> None:
    """The entry point ``totalplace``."""
    sys.exit(run(sys.argv[1:]))


def _say(message: str) -> None:
    typer.echo(message, err=True)
