"""``status``: what has landed, and how far the last pull got."""

import argparse

from ingest.settings import Settings
from ingest.zone.state import Run, State
from ingest.zone.survey import Survey
from ingest.zone.zone import zone_at
from terminal.progress import Progress
from terminal.words import counted, printable

HELP = "say what has landed"

MANUAL = """\
Says what has landed, the newest incident, the watermark (all changes up to it
have landed), and a pull that has not come to its end. Ends with code 1 if a
landed file cannot be read, or is where the warehouse does not look.
"""

EXAMPLES = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace, settings: Settings) -> int:
    del options
    survey = zone_at(settings.landing, settings.region).survey(Progress())
    print(report(survey))
    return 1 if survey.damaged or survey.misplaced else 0


def report(survey: Survey) -> str:
    """Says in a few lines, for a person, what has landed and what a pull would go on with."""
    entries = [("Landing zone", survey.address), ("Landed", _landed(survey))]
    if survey.newest is not None:
        newest = survey.newest[:19].replace("T", " ")
        entries.append(("Newest incident", f"{newest}, Montgomery County time" if newest else "none"))
    entries += [("Watermark", _watermark(survey.state)), ("Unfinished", _unfinished(survey.state))]
    for name, of_stream in sorted(survey.streams.items()):
        entries.append(("Firehose stream", f"{name}; watermark {_watermark(of_stream)}"))
        entries.append(("  unfinished", _unfinished(of_stream)))
    too_large = survey.dead_letters.count()
    if too_large:
        entries.append(
            (
                "Too large",
                f"{counted(too_large, 'row')} in {survey.dead_letters.address}, larger than an incident can be: "
                "look at each, and delete it there",
            )
        )
    entries += [("Damaged", f"{name} cannot be read: move it away, then reconcile") for name in survey.damaged]
    entries += [
        ("Misplaced", f"{name} is not where the warehouse looks: move it to dt=YYYY-MM-DD/hh=HH/<name>.gz, or away")
        for name in survey.misplaced
    ]
    return "\n".join(f"{label:<17}{printable(text)}" for label, text in entries)


def _landed(survey: Survey) -> str:
    if not survey.files:
        return "nothing yet"
    files = f"{counted(survey.files, survey.noun)}, {survey.bytes / 1e6:,.1f} MB"
    return files if survey.rows is None else f"{counted(survey.rows, 'row')} in {files}"


def _unfinished(state: State) -> str:
    return "; ".join(_progress_of(run) for run in (state.run, state.range_run) if run) or "nothing"


def _watermark(state: State) -> str:
    if state.watermark is None:
        return "none: the next pull reads everything"
    rows = counted(state.count or 0, "row")
    return f"{state.watermark}: all changes up to then have landed (the portal had {rows})"


def _progress_of(run: Run) -> str:
    selection = run.window.selection
    bounds = [f"{name} {bound}" for name, bound in (("since", selection.since), ("until", selection.until)) if bound]
    of_what = f" of incidents {' '.join(bounds)}" if bounds else ""
    rows = f"{run.rows:,} of {counted(run.expected, 'row')}"
    return f"a pull{of_what} begun {run.started}, {rows} landed: pull again to go on"
