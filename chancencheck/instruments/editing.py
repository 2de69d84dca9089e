"""Working on a draft: its texts, its order, its parts, and what people remark.

Several people work at once. Each text is compared with what its writer saw; where somebody else
was faster, nothing is written and both texts are shown.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.instruments.choices import Aggregation, Origin, RemarkKind, RemarkState
from chancencheck.instruments.models import (
    EarlierText,
    Hint,
    InstrumentVersion,
    QualityArea,
    Question,
    Remark,
    Requirement,
    Scale,
    ScaleLevel,
)
from chancencheck.instruments.places import part_of
from chancencheck.instruments.slots import (
    READ_BY_CHECKERS,
    SENTENCES,
    Slot,
    add_to_list,
    list_fields,
    move_in_list,
    slots_of,
)
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.texts import plain_text
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission

LIST_MAXIMUM = 20  # as the format says


@dataclass(frozen=True)
class Typed:
    """What somebody typed at a place, and what stood there when the page was made."""

    place: str
    was: str
    text: str


@dataclass(frozen=True)
class Clash:
    """Two people changed the same text: what was typed, and what is stored meanwhile."""

    place: str
    mine: str
    saved: str


class TextProblems(Exception):
    """Some texts cannot be kept: a sentence for each place."""

    def __init__(self, by_place: dict[str, str]) -> None:
        self.by_place = by_place
        super().__init__(" ".join(by_place.values()))


@transaction.atomic
def save_texts(
    *,
    version: InstrumentVersion,
    part: str,
    typed: Iterable[Typed],
    added: Iterable[tuple[str, str]] = (),
    by: User,
) -> list[Clash]:
    """Store changed texts of one part; `added` are new texts of its lists (field, words).

    Returns the texts that somebody else changed meanwhile; those are left as they are. Raises
    TextProblems before anything is stored.
    """
    version = lock_draft(version, by)
    slots = {slot.place: slot for slot in slots_of(version, part)}
    changed = [
        Typed(row.place, plain_text(row.was), plain_text(row.text))
        for row in typed
        if row.place in slots
    ]
    changed = [row for row in changed if row.text not in (row.was, slots[row.place].text)]
    new = [(field, plain_text(text)) for field, text in added if field in list_fields(part)]
    new = [(field, text) for field, text in new if text]
    _check_texts(slots, changed, new, part)
    clashes = []
    for row in changed:
        slot = slots[row.place]
        if slot.text != row.was:
            clashes.append(Clash(row.place, row.text, slot.text))
        else:
            _write(version, slot, row.text, by)
    taken = _keys_used(version, part)
    for field, text in new:
        key = add_to_list(version, part, field, text, taken)
        taken.add(key)
        _forget_check(version, part, field)
    return clashes


def _check_texts(
    slots: dict[str, Slot], changed: list[Typed], new: list[tuple[str, str]], part: str
) -> None:
    problems = {}
    too_long = gettext("Please shorten this to %(limit)s letters at most.")
    for row in changed:
        slot = slots[row.place]
        if slot.is_required and not row.text:
            problems[row.place] = gettext("This text cannot be empty.")
        elif len(row.text) > slot.limit:
            problems[row.place] = too_long % {"limit": slot.limit}
    removed = {row.place for row in changed if not row.text}
    for field in list_fields(part):
        here = [s for s in slots.values() if s.field == field and s.place not in removed]
        texts = [text for name, text in new if name == field]
        if any(len(text) > SENTENCES for text in texts):
            problems[f"new:{field}"] = too_long % {"limit": SENTENCES}
        elif len(here) + len(texts) > LIST_MAXIMUM:
            problems[f"new:{field}"] = gettext("At most %(limit)s entries are possible here.") % {
                "limit": LIST_MAXIMUM
            }
    if problems:
        raise TextProblems(problems)


def _write(version: InstrumentVersion, slot: Slot, text: str, by: User) -> None:
    EarlierText.objects.create(
        version=version,
        place=slot.place,
        text=slot.text,
        changed_by=by,
        changed_on=timezone.localdate(),
    )
    if slot.is_listed and not text:
        slot.row.delete()
    else:
        slot.write(text)
    if version.origin_of(slot.place)[0] != Origin.OWN:
        # other words are no longer the words of their source
        version.origins[slot.place] = [Origin.OWN.value, ""]
        version.save(update_fields=["origins"])
    _forget_check(version, part_of(slot.place), slot.field)


def _forget_check(version: InstrumentVersion, part: str, field: str) -> None:
    """Readers have checked other words than these."""
    if field in READ_BY_CHECKERS:
        version.requirements.filter(key=part).update(checked_by="", checked_on=None)


def _keys_used(version: InstrumentVersion, part: str) -> set[str]:
    """Keys of lists that any version has used here: none is given to another text."""
    earlier = version.earlier_texts.filter(place__startswith=f"{part}/").values_list(
        "place", flat=True
    )
    instrument = version.instrument
    questions = Question.objects.filter(version__instrument=instrument)
    hints = Hint.objects.filter(requirement__version__instrument=instrument, requirement__key=part)
    here = {"requirement": None} if part == "standard" else {"requirement__key": part}
    return (
        {place.rpartition("/")[2] for place in earlier}
        | set(questions.filter(**here).values_list("key", flat=True))
        | set(hints.values_list("key", flat=True))
    )


@transaction.atomic
def move_text(*, version: InstrumentVersion, place: str, step: int, by: User) -> None:
    """Move a text within its list."""
    version = lock_draft(version, by)
    slots = [slot for slot in slots_of(version, part_of(place)) if slot.is_listed]
    if not any(slot.place == place for slot in slots):
        raise NotAllowedNow("no such text")
    move_in_list(slots, place, step)


# --------------------------------------------------------------------- parts and their order


@transaction.atomic
def move_part(*, version: InstrumentVersion, part: str, step: int, by: User) -> None:
    """Move a requirement or an area up (-1) or down (1).

    A requirement at the edge of its area goes over into the next one. An area moves among its
    neighbours with everything inside.
    """
    version = lock_draft(version, by)
    areas = list(version.areas.all())
    requirements = list(version.requirements.all())
    if part.startswith("area:"):
        area = next((a for a in areas if f"area:{a.key}" == part), None)
        if area is None:
            raise NotAllowedNow("no such part")
        areas = _swap_areas(areas, area, step)
    else:
        moved = next((r for r in requirements if r.key == part), None)
        if moved is None:
            raise NotAllowedNow("no such part")
        requirements = _shift(requirements, moved, areas, step)
    _renumber(version, areas, requirements)


def _swap_areas(areas: list[QualityArea], area: QualityArea, step: int) -> list[QualityArea]:
    siblings = [each for each in areas if each.parent_id == area.parent_id]
    index = siblings.index(area)
    if not 0 <= index + step < len(siblings):
        return areas
    siblings[index], siblings[index + step] = siblings[index + step], siblings[index]
    wanted = {each.pk: n for n, each in enumerate(siblings)}
    ordered: list[QualityArea] = []

    def add(parent_id: int | None) -> None:
        inside = [each for each in areas if each.parent_id == parent_id]
        for each in sorted(inside, key=lambda a: wanted.get(a.pk, a.position)):
            ordered.append(each)
            add(each.pk)

    add(None)
    return ordered


def _shift(
    requirements: list[Requirement], moved: Requirement, areas: list[QualityArea], step: int
) -> list[Requirement]:
    here = [r for r in requirements if r.area_id == moved.area_id]
    index = here.index(moved) + step
    rest = [r for r in requirements if r is not moved]
    if 0 <= index < len(here):
        neighbour = here[index]
        at = rest.index(neighbour) + (1 if step > 0 else 0)
        return [*rest[:at], moved, *rest[at:]]
    place = next(n for n, a in enumerate(areas) if a.pk == moved.area_id) + step
    if not 0 <= place < len(areas):
        return requirements
    moved.area = areas[place]
    return [moved, *rest] if step > 0 else [*rest, moved]


def _renumber(
    version: InstrumentVersion, areas: list[QualityArea], requirements: list[Requirement]
) -> None:
    """Store the order. Positions are unique, so everything first moves out of the way."""
    order = {area.pk: n for n, area in enumerate(areas)}
    requirements = sorted(requirements, key=lambda r: order[r.area_id])  # stable within an area
    away = 10_000
    for shift in (away, 0):
        for position, area in enumerate(areas):
            area.position = position + shift
        QualityArea.objects.bulk_update(areas, ["position"])
        for position, requirement in enumerate(requirements):
            requirement.position = position + shift
        Requirement.objects.bulk_update(requirements, ["position", "area"])


@transaction.atomic
def add_area(
    *, version: InstrumentVersion, key: str, name: str, parent: QualityArea | None, by: User
) -> QualityArea:
    """Add an area at the end. The caller has checked key and name as the format does."""
    version = lock_draft(version, by)
    area = QualityArea.objects.create(
        version=version, key=key, name=name, parent=parent, position=20_000
    )
    areas = list(version.areas.all())
    if parent is not None:
        areas.remove(area)
        inside = {parent.pk}
        for each in areas:
            if each.parent_id in inside:
                inside.add(each.pk)
        at = max(n for n, each in enumerate(areas) if each.pk in inside) + 1
        areas.insert(at, area)
    _renumber(version, areas, list(version.requirements.all()))
    return area


@transaction.atomic
def add_requirement(
    *,
    version: InstrumentVersion,
    area: QualityArea,
    key: str,
    title: str,
    text: str,
    comes_from: Iterable[str] = (),
    by: User,
) -> Requirement:
    """Add a requirement at the end of an area, on the scale that the area uses already."""
    version = lock_draft(version, by)
    beside = version.requirements.filter(area=area).first() or version.requirements.first()
    scale = beside.scale if beside else version.scales.first()
    if scale is None:
        raise NotAllowedNow("a version has a scale")
    requirement = Requirement.objects.create(
        version=version,
        area=area,
        scale=scale,
        key=key,
        title=title,
        text=text,
        comes_from=list(comes_from),
        position=20_000,
    )
    _renumber(version, list(version.areas.all()), list(version.requirements.all()))
    return requirement


def free_key(version: InstrumentVersion, area: QualityArea) -> str:
    """A key for a new requirement that no version of the instrument has ever used."""
    known = Requirement.objects.filter(
        version__instrument=version.instrument, key__startswith=f"{area.key}-"
    ).values_list("key", flat=True)
    numbers = [int(tail) for key in known if (tail := key.rpartition("-")[2]).isdecimal()]
    removed = version.earlier_texts.filter(place__startswith=f"{area.key}-").values_list(
        "place", flat=True
    )
    for place in removed:
        if (tail := part_of(place).rpartition("-")[2]).isdecimal():
            numbers.append(int(tail))
    return f"{area.key}-{max(numbers, default=0) + 1}"


@transaction.atomic
def remove_part(*, version: InstrumentVersion, part: str, by: User) -> None:
    """Take a requirement out, or an area that holds nothing. Its words stay in the history."""
    version = lock_draft(version, by)
    slots = slots_of(version, part)
    if not slots:
        raise NotAllowedNow("no such part")
    EarlierText.objects.bulk_create(
        EarlierText(
            version=version,
            place=slot.place,
            text=slot.text,
            changed_by=by,
            changed_on=timezone.localdate(),
        )
        for slot in slots
        if slot.text
    )
    if part.startswith("area:"):
        area = version.areas.get(key=part.removeprefix("area:"))
        if area.children.exists() or area.requirements.exists():
            raise NotAllowedNow("not empty")
        area.delete()
    else:
        version.requirements.filter(key=part).delete()
    _renumber(version, list(version.areas.all()), list(version.requirements.all()))


@dataclass(frozen=True)
class Settings:
    """How a requirement is measured, and where it comes from."""

    scale: Scale
    weight: int
    sheet_keys: list[str]
    comes_from: list[str]


@transaction.atomic
def set_settings(
    *, version: InstrumentVersion, requirement: Requirement, settings: Settings, by: User
) -> None:
    """Change how a requirement is measured."""
    version = lock_draft(version, by)
    if settings.scale.version_id != version.pk:
        raise NotAllowedNow("foreign scale")
    for field, value in vars(settings).items():
        setattr(requirement, field, value)
    requirement.save(update_fields=["scale", "weight", "sheet_keys", "comes_from"])


@transaction.atomic
def set_frame(
    *,
    version: InstrumentVersion,
    aggregation: Aggregation,
    licence: str,
    sheets: list[dict[str, str]],
    by: User,
) -> None:
    """Change what may be calculated, the licence and the answer sheets."""
    version = lock_draft(version, by)
    version.aggregation, version.licence, version.sheets = aggregation, licence, sheets
    version.save(update_fields=["aggregation", "licence", "sheets"])
    keys = {sheet["key"] for sheet in sheets}
    for requirement in version.requirements.exclude(sheet_keys=[]):
        kept = [key for key in requirement.sheet_keys if key in keys]
        if kept != requirement.sheet_keys:
            requirement.sheet_keys = kept
            requirement.save(update_fields=["sheet_keys"])


@transaction.atomic
def add_scale(
    *,
    version: InstrumentVersion,
    key: str,
    levels: list[str],
    limits: tuple[int, int, int] | None,
    by: User,
) -> Scale:
    """Add a scale: names of its levels from the lowest on, or minimum, maximum and step."""
    version = lock_draft(version, by)
    low, high, step = limits or (None, None, None)
    scale = Scale.objects.create(version=version, key=key, minimum=low, maximum=high, step=step)
    ScaleLevel.objects.bulk_create(
        ScaleLevel(scale=scale, value=value, name=name)
        for value, name in enumerate(levels if limits is None else [], start=1)
    )
    return scale


# ------------------------------------------------------------------------ remarks and checks


@transaction.atomic
def add_remark(
    *, version: InstrumentVersion, place: str, kind: RemarkKind, text: str, by: User
) -> Remark:
    """Leave a comment or a proposal at a text."""
    version = lock_draft(version, by)
    if not any(slot.place == place for slot in slots_of(version, part_of(place))):
        raise NotAllowedNow("no such text")
    return Remark.objects.create(
        version=version,
        place=place,
        kind=kind,
        text=plain_text(text),
        author=by,
        written_on=timezone.localdate(),
    )


@transaction.atomic
def settle_remark(*, remark: Remark, state: RemarkState, by: User) -> None:
    """Say what became of a remark. A proposal that is taken over becomes the text."""
    version = lock_draft(remark.version, by)
    remark = Remark.objects.select_for_update(of=("self",)).get(pk=remark.pk)
    if state == RemarkState.TAKEN:
        if remark.kind != RemarkKind.PROPOSAL or not remark.is_open:
            raise NotAllowedNow("not a proposal")
        slots = slots_of(version, part_of(remark.place))
        slot = next((slot for slot in slots if slot.place == remark.place), None)
        if slot is None:
            raise NotAllowedNow("no such text")
        save_texts(
            version=version,
            part=part_of(remark.place),
            typed=[Typed(remark.place, slot.text, remark.text)],
            by=by,
        )
    remark.state = state
    remark.save(update_fields=["state"])


@transaction.atomic
def note_check(
    *, version: InstrumentVersion, requirement: Requirement, checked_by: str, on: date, by: User
) -> None:
    """Note that a group of readers found a requirement understandable."""
    version = lock_draft(version, by)
    requirement.checked_by, requirement.checked_on = checked_by, on
    requirement.save(update_fields=["checked_by", "checked_on"])
    record(
        action=Action.INSTRUMENT_CHECKED,
        by=by,
        municipality_key=version.instrument.municipality_id,
        what=f"{version}, {requirement.key}",
    )


def lock_draft(version: InstrumentVersion, by: User) -> InstrumentVersion:
    """The draft, locked until the end of the transaction. Refused once its words are fixed."""
    if not may_in(by, version.instrument.municipality, Permission.INSTRUMENT_EDIT):
        raise PermissionDenied
    locked = (
        InstrumentVersion.objects.select_for_update(of=("self",))
        .select_related("instrument__municipality", "base")
        .get(pk=version.pk)
    )
    if locked.is_released or locked.is_foreign:
        raise NotAllowedNow("the words are fixed")
    # by chance, not counted: a change that is taken back must not leave its number behind
    locked.stamp = secrets.token_hex(8)
    locked.save(update_fields=["stamp"])
    return locked
