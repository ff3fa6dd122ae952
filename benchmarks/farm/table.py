"""Runs to figures a page, and figures to a table. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from statistics import median

from benchmarks.farm.measure import Run

_HEAD = (
    "| | CPU ms a page | ratio | with start | pages/s | cores busy | memory MiB"
    " | reactor ms a page | late p50 | p99 | max ms | pages done |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One contestant: medians of its rounds. ``cpu`` is milliseconds a page beyond the start.

    ``delivered``: of ``pages``, those that it did its job on in the round where they were fewest.
    """

    name: str
    does: str
    pages: int
    delivered: int
    rounds: int
    cpu: float
    cpu_least: float
    cpu_most: float
    cpu_with_start: float
    per_second: float
    cores: float
    memory: float
    reactor: float | None
    late: tuple[float, float, float] | None


def row(name: str, does: str, start: Run, runs: list[Run]) -> Row:
    """The figures of one contestant."""
    each = [_beyond_start(start, run) for run in runs]
    pulses = [run.pulse for run in runs if run.pulse]
    reactor = [1e3 * pulse.reactor_cpu / run.pages for run in runs if (pulse := run.pulse)]
    return Row(
        name=name,
        does=does,
        pages=runs[0].pages,
        delivered=min(run.delivered for run in runs),
        rounds=len(runs),
        cpu=median(each),
        cpu_least=min(each),
        cpu_most=max(each),
        cpu_with_start=median(1e3 * run.cost.cpu / run.pages for run in runs),
        per_second=median(run.pages / _busy_wall(run) for run in runs),
        cores=median(run.cost.cpu / run.cost.wall for run in runs),
        memory=median(run.cost.memory for run in runs),
        reactor=median(reactor) if reactor else None,
        late=(
            median(p.p50_ms for p in pulses),
            median(p.p99_ms for p in pulses),
            max(p.max_ms for p in pulses),
        )
        if pulses
        else None,
    )


def _beyond_start(start: Run, run: Run) -> float:
    return 1e3 * (run.cost.cpu - start.cost.cpu) / (run.pages - start.pages)


def _busy_wall(run: Run) -> float:
    return run.pulse.spider_seconds if run.pulse else run.cost.wall


def markdown(rows: list[Row], missing: Mapping[str, str]) -> str:
    """The table; ratios are to the first row."""
    lines = [_HEAD]
    lines += [_line(one, one.cpu / rows[0].cpu) for one in rows]
    lines += [f"| {name} | - {why} |" for name, why in missing.items()]
    lines += ["", *(f"- {one.name}: {one.does}" for one in rows)]
    return "\n".join(lines) + "\n"


def _line(one: Row, ratio: float) -> str:
    late = [f"{value:.1f}" for value in one.late] if one.late else ["", "", ""]
    reactor = f"{one.reactor:.1f}" if one.reactor is not None else ""
    cells: Iterable[str] = (
        one.name,
        f"{one.cpu:.1f}" + (f" ({one.cpu_least:.0f}-{one.cpu_most:.0f})" * (one.rounds > 1)),
        f"{ratio:.2f}",
        f"{one.cpu_with_start:.1f}",
        f"{one.per_second:.1f}",
        f"{one.cores:.2f}",
        f"{one.memory:.0f}",
        reactor,
        *late,
        f"{one.delivered} of {one.pages}",
    )
    return f"| {' | '.join(cells)} |"


def as_json(rows: list[Row], missing: Mapping[str, str]) -> dict[str, object]:
    """The same for programs."""
    return {"rows": [asdict(one) for one in rows], "missing": dict(missing)}
