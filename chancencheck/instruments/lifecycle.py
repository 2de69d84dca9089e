"""The life of a version: draft → pilot → adopted → retired, and the next draft.

From the pilot on the words are fixed for good; whoever wants other words makes a new draft. That
is the lock at the start of a round: rounds are made only from versions whose words are fixed.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.governance.models import Decision
from chancencheck.instruments.choices import ChangeKind, Origin, VersionState
from chancencheck.instruments.comparison import Difference, next_number
from chancencheck.instruments.dump import to_yaml
from chancencheck.instruments.format import (
    AreaSpec,
    InstrumentFile,
    InstrumentFileError,
    Problem,
    RequirementSpec,
    Text,
    parse_instrument,
)
from chancencheck.instruments.kept import differences_between
from chancencheck.instruments.models import Change, Instrument, InstrumentVersion
from chancencheck.instruments.operations import take_moved_translations, take_translations
from chancencheck.instruments.places import LISTS
from chancencheck.instruments.storage import read_version, write_version
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission


class VersionIsIncomplete(Exception):
    """The draft is no complete instrument yet; `problems` says what is missing."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.message for problem in self.problems))


@dataclass(frozen=True)
class Decided:
    """A change since the version before, and what a person has decided about it (if anybody)."""

    difference: Difference
    kind: ChangeKind | None
    reason: str


def changes_of(version: InstrumentVersion) -> list[Decided]:
    """All changes of a version since the one before, with their decided classes."""
    if version.base is None:
        return []
    known = {row.place: row for row in version.changes.all()}
    return [
        Decided(
            found,
            ChangeKind(known[found.place].kind) if found.place in known else None,
            known[found.place].reason if found.place in known else "",
        )
        for found in differences_between(version.base, version)
    ]


def suggested_number(version: InstrumentVersion) -> str:
    """The number after the version before, by the classes of the changes; never one in use."""
    if version.base is None or version.base.instrument_id != version.instrument_id:
        return version.number
    kinds = {row.kind or row.difference.proposed for row in changes_of(version)}
    number = next_number(version.base.number, kinds)
    used = set(version.instrument.versions.exclude(pk=version.pk).values_list("number", flat=True))
    while number in used:
        number = next_number(number, {min(kinds, key=_rank, default=ChangeKind.WORDING)})
    return number


def _rank(kind: ChangeKind) -> int:
    return [ChangeKind.STRUCTURE, ChangeKind.MEANING, ChangeKind.WORDING].index(kind)


@transaction.atomic
def start_draft(*, base: InstrumentVersion, by: User) -> InstrumentVersion:
    """A new draft that goes on from a version. All keys stay."""
    _check(base, by)
    if base.is_foreign:
        raise NotAllowedNow("another city's words are taken as they are, or forked")
    file = read_version(base)
    file = replace(file, version=_draft_number(base), follows=base.number, changes=())
    version = write_version(instrument=base.instrument, file=file, base=base)
    _record(Action.INSTRUMENT_DRAFTED, version, by)
    return version


@transaction.atomic
def fork(*, base: InstrumentVersion, key: str, title: str, by: User) -> InstrumentVersion:
    """An instrument of one's own that begins with the words of another. Each says where from."""
    _check(base, by)
    municipality = base.instrument.municipality
    if Instrument.objects.filter(municipality=municipality, key=key).exists():
        raise NotAllowedNow("key")
    city = base.issued.get("city", "")
    file = with_source(read_version(base), f"{city}, {base}" if city else str(base))
    file = replace(file, key=key, title=title, version="0.1", follows="", changes=(), issued=None)
    instrument = Instrument.objects.create(municipality=municipality, key=key)
    version = write_version(instrument=instrument, file=file, base=base)
    take_translations(version, file)
    _record(Action.INSTRUMENT_DRAFTED, version, by)
    return version


@transaction.atomic
def classify(
    *, version: InstrumentVersion, place: str, kind: ChangeKind, reason: str, by: User
) -> None:
    """Decide what a change means. Refused once the words are fixed."""
    _lock_draft(version, by)
    Change.objects.update_or_create(
        version=version, place=place, defaults={"kind": kind, "reason": reason}
    )


@transaction.atomic
def pilot_version(*, version: InstrumentVersion, number: str = "", by: User) -> None:
    """Fix the words and try them in a pilot round."""
    locked = _lock_draft(version, by)
    _check_settled(locked)
    _fix(locked, VersionState.PILOT, number)
    _record(Action.INSTRUMENT_PILOTED, locked, by)
    version.refresh_from_db()


@transaction.atomic
def adopt_version(
    *,
    version: InstrumentVersion,
    decision: Decision | None = None,
    number: str = "",
    note: str = "",
    by: User,
) -> None:
    """Note that a body has adopted the version. From now on binding rounds can use it."""
    _check(version, by)
    locked = _locked(version)
    if locked.state == VersionState.DRAFT:
        _check_settled(locked)
        _fix(locked, VersionState.ADOPTED, number)
    elif locked.state == VersionState.PILOT:
        locked.state = VersionState.ADOPTED
    else:
        raise NotAllowedNow("adopted already")
    locked.decision = decision
    locked.editorial_note = note
    locked.save()
    _record(Action.INSTRUMENT_ADOPTED, locked, by)
    version.refresh_from_db()


@transaction.atomic
def retire_version(*, version: InstrumentVersion, by: User) -> None:
    """Take a version out of use: no new round begins with it. Running rounds go on."""
    _check(version, by)
    locked = _locked(version)
    if locked.state not in (VersionState.PILOT, VersionState.ADOPTED):
        raise NotAllowedNow("not in use")
    locked.state = VersionState.RETIRED
    locked.retired_on = timezone.localdate()
    locked.save()
    _record(Action.INSTRUMENT_RETIRED, locked, by)


@transaction.atomic
def delete_draft(*, version: InstrumentVersion, by: User) -> None:
    """Throw a draft away. Versions whose words were fixed stay for good."""
    _check(version, by)
    locked = _locked(version)
    if locked.is_released or locked.successors.exists():
        raise NotAllowedNow("not a draft")
    _record(Action.INSTRUMENT_DELETED, locked, by)
    instrument = locked.instrument
    locked.delete()
    if not instrument.versions.exists():
        instrument.delete()


def undecided(version: InstrumentVersion) -> list[Decided]:
    """Changes whose class nobody has decided yet. A fork begins anew and needs none."""
    if version.base is None or version.base.instrument_id != version.instrument_id:
        return []
    return [row for row in changes_of(version) if row.kind is None]


def problems_of(version: InstrumentVersion) -> tuple[Problem, ...]:
    """What a draft lacks to be a complete instrument; empty if nothing."""
    try:
        parse_instrument(to_yaml(read_version(version)))
    except InstrumentFileError as error:
        return error.problems
    return ()


def with_source(file: InstrumentFile, source: str) -> InstrumentFile:
    """The same words, marked as taken from `source` where they were its own."""

    def text(each: Text) -> Text:
        if each.origin != Origin.OWN:
            return each
        return replace(each, origin=Origin.OTHER, source=(each.source or source)[:200])

    def maybe(each: Text | None) -> Text | None:
        return text(each) if each else None

    def requirement(spec: RequirementSpec) -> RequirementSpec:
        lists = {field: tuple(text(each) for each in getattr(spec, field)) for field in LISTS}
        return replace(
            spec,
            title=text(spec.title),
            text=text(spec.text),
            help=maybe(spec.help),
            who_knows=maybe(spec.who_knows),
            reflection_questions=lists["reflection_questions"],
            citizen_questions=lists["citizen_questions"],
            evidence_hints=lists["evidence_hints"],
            example_measures=lists["example_measures"],
        )

    def area(spec: AreaSpec) -> AreaSpec:
        return replace(
            spec,
            name=text(spec.name),
            summary=maybe(spec.summary),
            requirements=tuple(requirement(each) for each in spec.requirements),
            areas=tuple(area(each) for each in spec.areas),
        )

    return replace(
        file,
        origin=Origin.OWN,
        areas=tuple(area(each) for each in file.areas),
        standard_questions=tuple(text(each) for each in file.standard_questions),
        citizen_scale=tuple(text(each) for each in file.citizen_scale),
        scales=tuple(
            replace(
                scale,
                levels=tuple(
                    replace(level, name=text(level.name), description=maybe(level.description))
                    for level in scale.levels
                ),
            )
            for scale in file.scales
        ),
        sheets=tuple(
            replace(sheet, name=text(sheet.name), help=maybe(sheet.help)) for sheet in file.sheets
        ),
    )


def _fix(version: InstrumentVersion, state: VersionState, number: str) -> None:
    if problems := problems_of(version):
        raise VersionIsIncomplete(problems)
    if number and number != version.number:
        if version.is_foreign or version.instrument.versions.filter(number=number).exists():
            raise NotAllowedNow("number")
        version.number = number
    version.state = state
    version.released_on = timezone.localdate()
    version.stamp = secrets.token_hex(8)
    version.save()
    version.presences.all().delete()
    take_moved_translations(version)


def _check_settled(version: InstrumentVersion) -> None:
    if undecided(version):
        raise NotAllowedNow("changes without a class")


def _draft_number(base: InstrumentVersion) -> str:
    """A number for the time being; the classes of the changes decide the final one."""
    used = set(base.instrument.versions.values_list("number", flat=True))
    number = next_number(base.number, {ChangeKind.MEANING})
    while number in used:
        number = next_number(number, {ChangeKind.MEANING})
    return number


def _check(version: InstrumentVersion, by: User) -> None:
    if not may_in(by, version.instrument.municipality, Permission.INSTRUMENT_EDIT):
        raise PermissionDenied


def _locked(version: InstrumentVersion) -> InstrumentVersion:
    return (
        InstrumentVersion.objects.select_for_update(of=("self",))
        .select_related("instrument__municipality", "base__instrument")
        .get(pk=version.pk)
    )


def _lock_draft(version: InstrumentVersion, by: User) -> InstrumentVersion:
    _check(version, by)
    locked = _locked(version)
    if locked.is_released:
        raise NotAllowedNow("the words are fixed")
    return locked


def _record(action: Action, version: InstrumentVersion, by: User) -> None:
    record(
        action=action, by=by, municipality_key=version.instrument.municipality_id, what=str(version)
    )
