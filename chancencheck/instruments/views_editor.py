"""The editor of a draft: its outline, its parts, and what people remark."""

from collections import Counter
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancencheck.instruments import editing, lifecycle
from chancencheck.instruments.choices import Aggregation, RemarkKind, RemarkState
from chancencheck.instruments.comparison import Piece, pieces
from chancencheck.instruments.forms_editor import (
    AreaForm,
    CheckForm,
    FrameForm,
    RemarkForm,
    RequirementForm,
    ScaleForm,
    SettingsForm,
)
from chancencheck.instruments.models import (
    EarlierText,
    InstrumentVersion,
    QualityArea,
    Remark,
    Requirement,
)
from chancencheck.instruments.places import field_name, part_of
from chancencheck.instruments.presence import arrive, others_at
from chancencheck.instruments.queries import tree_of, versions_visible_to
from chancencheck.instruments.slots import Slot, list_fields, slots_of
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import SignedInRequest
from chancencheck.lib.plain_language import Note, Reading, read
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission

# Parts of the outline that are neither areas nor requirements.
GENERAL = ("version", "standard", "citizens")


def draft_for(request: SignedInRequest, pk: int) -> InstrumentVersion:
    """A version whose draft this person may edit: 404 if unknown, 403 without the right."""
    version = get_object_or_404(versions_visible_to(request.user).select_related("base"), pk=pk)
    if not may_in(request.user, version.instrument.municipality, Permission.INSTRUMENT_EDIT):
        raise PermissionDenied
    return version


def editable_or_404(version: InstrumentVersion) -> InstrumentVersion:
    """Only drafts of one's own have an editor."""
    if version.is_released or version.is_foreign:
        raise Http404
    return version


# ------------------------------------------------------------------------------- the outline


@dataclass(frozen=True)
class OutlineRow:
    """A requirement or an area in the outline."""

    part: str
    key: str
    name: str
    remarks: int
    people: list[str]
    checked_by: str = ""

    @property
    def has_marks(self) -> bool:
        """Whether there is anything to say beside its name."""
        return bool(self.remarks or self.people or self.checked_by)


@dataclass(frozen=True)
class OutlineArea:
    """An area with its requirements."""

    row: OutlineRow
    area: QualityArea
    requirements: list[OutlineRow]
    is_empty: bool


@require_GET
def editor(request: SignedInRequest, pk: int) -> HttpResponse:
    """The whole draft at a glance, and the next step."""
    version = editable_or_404(draft_for(request, pk))
    remarks = Counter(
        part_of(place)
        for place in version.remarks.filter(state=RemarkState.OPEN).values_list("place", flat=True)
    )
    people = others_at(version, request.user)
    areas = tree_of(version)
    parents = {area.parent_id for area in areas}

    def row(part: str, key: str, name: str, checked_by: str = "") -> OutlineRow:
        return OutlineRow(part, key, name, remarks[part], people.get(part, []), checked_by)

    outline = [
        OutlineArea(
            row(f"area:{area.key}", area.key, area.name),
            area,
            [row(r.key, r.key, r.title, r.checked_by) for r in area.requirements.all()],
            is_empty=not area.requirements.all() and area.pk not in parents,
        )
        for area in areas
    ]
    general = [
        row("version", "", _("Title, note, answer sheets")),
        row("standard", "", _("Asked about every requirement")),
        row("citizens", "", _("Answers for citizens")),
        *(row(f"scale:{scale.key}", scale.key, _("Scale")) for scale in version.scales.all()),
    ]
    decided = lifecycle.changes_of(version)
    context = {
        "version": version,
        "outline": outline,
        "general": general,
        # the same for hundreds of rows, so worked out once
        "here": _outline_of(version),
        "up": _("Up"),
        "down": _("Down"),
        "remarks_open": sum(remarks.values()),
        "changes": len(decided),
        "undecided": len([each for each in decided if each.kind is None]),
        "total": sum(len(each.requirements) for each in outline),
        "checked": sum(bool(r.checked_by) for each in outline for r in each.requirements),
    }
    return render(request, "instruments/editor.html", context)


@require_POST
def editor_move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Move a requirement or an area up or down."""
    version = draft_for(request, pk)
    step = -1 if "up" in request.POST else 1
    part = request.POST.get("up") or request.POST.get("down", "")
    editing.move_part(version=version, part=part, step=step, by=request.user)
    return redirect(f"{_outline_of(version)}#{part}")


@require_http_methods(["GET", "POST"])
def editor_add_area(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add an area."""
    version = editable_or_404(draft_for(request, pk))
    form = AreaForm(request.POST or None, version=version)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        area = editing.add_area(
            version=version,
            key=data["key"],
            name=data["name"],
            parent=data["parent"],
            by=request.user,
        )
        return redirect(f"{_outline_of(version)}#area:{area.key}")
    return _form_page(request, version, form, _("New area"))


@require_http_methods(["GET", "POST"])
def editor_add_requirement(request: SignedInRequest, pk: int, area_key: str) -> HttpResponse:
    """Add a requirement to an area."""
    version = editable_or_404(draft_for(request, pk))
    area = get_object_or_404(version.areas, key=area_key)
    form = RequirementForm(
        request.POST or None, version=version, initial={"key": editing.free_key(version, area)}
    )
    if request.method == "POST" and form.is_valid():
        editing.add_requirement(version=version, area=area, by=request.user, **form.cleaned_data)
        return redirect("editor_part", version.pk, form.cleaned_data["key"])
    return _form_page(request, version, form, _("New requirement"), area.name)


@require_http_methods(["GET", "POST"])
def editor_add_scale(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add a scale."""
    version = editable_or_404(draft_for(request, pk))
    form = ScaleForm(request.POST or None, version=version)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        editing.add_scale(
            version=version,
            key=data["key"],
            levels=data["levels"],
            limits=data["limits"],
            by=request.user,
        )
        return redirect("editor_part", version.pk, f"scale:{data['key']}")
    return _form_page(request, version, form, _("New scale"))


def _form_page(
    request: SignedInRequest,
    version: InstrumentVersion,
    form: AreaForm | RequirementForm | ScaleForm,
    title: str,
    kicker: str = "",
) -> HttpResponse:
    context = {"version": version, "form": form, "title": title, "kicker": kicker}
    status = 422 if form.is_bound else 200
    return render(request, "instruments/editor_add.html", context, status=status)


@require_POST
def editor_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a requirement or an empty area out."""
    version = draft_for(request, pk)
    editing.remove_part(version=version, part=request.POST.get("part", ""), by=request.user)
    messages.success(request, _("Removed. The words stay in the history of the draft."))
    return redirect(_outline_of(version))


# ---------------------------------------------------------------------------------- one part


@dataclass
class Row:
    """One text on the page of a part."""

    slot: Slot
    label: str
    value: str
    was: str
    reading: Reading
    remarks: list[Remark] = field(default_factory=list)
    earlier: list[EarlierText] = field(default_factory=list)
    error: str = ""
    meanwhile: tuple[Piece, ...] = ()

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is worth a second look."""
        return self.reading.notes

    @property
    def open_remarks(self) -> int:
        """Remarks nobody has settled yet."""
        return sum(remark.is_open for remark in self.remarks)

    @property
    def rows(self) -> int:
        """How high the field is."""
        return 1 if self.slot.limit < 200 else min(8, 2 + len(self.value) // 90)


@dataclass
class Group:
    """Texts of one kind: a single field, or a list to which one can be added."""

    field: str
    label: str
    rows: list[Row]
    is_list: bool
    added: str = ""
    error: str = ""

    @property
    def is_folded(self) -> bool:
        """Long lists that help, but are not what people answer to."""
        return self.field in ("evidence_hints", "example_measures")

    @property
    def is_open(self) -> bool:
        """Whether something in it needs a look."""
        return bool(self.error) or any(
            row.error or row.meanwhile or row.open_remarks for row in self.rows
        )


@require_http_methods(["GET", "POST"])
def editor_part(request: SignedInRequest, pk: int, part: str) -> HttpResponse:
    """The texts of one part. What somebody else changed meanwhile is shown, never overwritten."""
    version = editable_or_404(draft_for(request, pk))
    clashes: list[editing.Clash] = []
    problems: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        try:
            clashes = editing.save_texts(
                version=version,
                part=part,
                typed=_typed(request),
                added=[(name, request.POST.get(f"new:{name}", "")) for name in list_fields(part)],
                by=request.user,
            )
        except editing.TextProblems as error:
            problems, status = error.by_place, 422
        if clashes:
            status = 409
        elif not problems:
            if "move" in request.POST:
                place, _colon, step = request.POST["move"].rpartition("|")
                editing.move_text(
                    version=version, place=place, step=-1 if step == "up" else 1, by=request.user
                )
            else:
                messages.success(request, _("Saved."))
            return redirect("editor_part", version.pk, part)
    slots = slots_of(version, part)
    if not slots and part not in GENERAL:
        raise Http404
    arrive(version=version, place=part, by=request.user)
    groups = _groups(request, version, part, slots, problems, clashes)
    first = slots[0].row if slots else None
    requirement = first if isinstance(first, Requirement) else None
    if requirement:
        requirement.version = version
    words = "\n".join(slot.text for slot in slots)
    context = {
        "version": version,
        "part": part,
        "title": _title_of(part, requirement, slots),
        "groups": groups,
        "requirement": requirement,
        "neighbours": _neighbours(version, requirement),
        "people": others_at(version, request.user).get(part, []),
        "reading": read(words),
        "remark_form": RemarkForm(places=_places(groups)),
        "settings_form": _settings_form(version, part, requirement),
        "check_form": CheckForm() if requirement else None,
        "has_problems": bool(problems),
        "has_clashes": bool(clashes),
    }
    return render(request, "instruments/editor_part.html", context, status=status)


def _typed(request: SignedInRequest) -> list[editing.Typed]:
    rows = []
    for name, text in request.POST.items():
        kind, _colon, place = name.partition(":")
        if kind == "text" and isinstance(text, str) and f"keep:{place}" not in request.POST:
            rows.append(editing.Typed(place, str(request.POST.get(f"was:{place}", "")), text))
    return rows


def _groups(
    request: SignedInRequest,
    version: InstrumentVersion,
    part: str,
    slots: list[Slot],
    problems: dict[str, str],
    clashes: list[editing.Clash],
) -> list[Group]:
    remarks: dict[str, list[Remark]] = {}
    for remark in version.remarks.filter(place__startswith=f"{part}/").select_related("author"):
        remarks.setdefault(remark.place, []).append(remark)
    earlier: dict[str, list[EarlierText]] = {}
    for old in version.earlier_texts.filter(place__startswith=f"{part}/").select_related(
        "changed_by"
    ):
        earlier.setdefault(old.place, []).append(old)
    mine = {clash.place: clash.mine for clash in clashes}
    groups: list[Group] = []
    for slot in slots:
        typed = request.POST.get(f"text:{slot.place}") if problems else None
        value = mine.get(slot.place, typed if typed is not None else slot.text)
        was = request.POST.get(f"was:{slot.place}", slot.text) if problems else slot.text
        row = Row(
            slot,
            _label(slot),
            value,
            was,
            read(slot.text),
            remarks.get(slot.place, []),
            earlier.get(slot.place, [])[:5],
            problems.get(slot.place, ""),
            pieces(value, slot.text) if slot.place in mine else (),
        )
        if slot.is_listed and groups and groups[-1].field == slot.field:
            groups[-1].rows.append(row)
        else:
            groups.append(Group(slot.field, field_name(slot.field), [row], slot.is_listed))
    known = {group.field for group in groups}
    for name in list_fields(part):
        if name not in known:
            groups.append(Group(name, field_name(name), [], is_list=True))
    for group in groups:
        if group.is_list:
            group.added = str(request.POST.get(f"new:{group.field}", "")) if problems else ""
            group.error = problems.get(f"new:{group.field}", "")
    order = ["title", "note", "text", "help", "who_knows", *list_fields(part)]
    return sorted(groups, key=lambda g: order.index(g.field) if g.field in order else -1)


def _label(slot: Slot) -> str:
    if slot.place.startswith("scale:"):
        return f"{slot.place.split('/')[1]}: {field_name(slot.field)}"
    return field_name(slot.field)


def _title_of(part: str, requirement: Requirement | None, slots: list[Slot]) -> str:
    if requirement:
        return requirement.title
    if part.startswith("area:"):
        return slots[0].text
    if part.startswith("scale:"):
        return f"{_('Scale')} {part.removeprefix('scale:')}"
    names = {
        "version": _("Title, note, answer sheets"),
        "standard": _("Asked about every requirement"),
        "citizens": _("Answers for citizens"),
    }
    return names[part]


def _places(groups: list[Group]) -> list[tuple[str, str]]:
    return [
        (row.slot.place, f"{row.label}: {row.slot.text[:60]}")
        for group in groups
        for row in group.rows
    ]


def _neighbours(version: InstrumentVersion, requirement: Requirement | None) -> dict[str, str]:
    if requirement is None:
        return {}
    keys = list(version.requirements.values_list("key", flat=True))
    place = keys.index(requirement.key)
    return {
        "before": keys[place - 1] if place else "",
        "after": keys[place + 1] if place + 1 < len(keys) else "",
    }


def _settings_form(
    version: InstrumentVersion, part: str, requirement: Requirement | None
) -> SettingsForm | FrameForm | None:
    if requirement:
        return SettingsForm(requirement=requirement)
    return FrameForm(version=version) if part == "version" else None


@require_POST
def editor_settings(request: SignedInRequest, pk: int, part: str) -> HttpResponse:
    """How a requirement is measured; or what holds for the whole version."""
    version = editable_or_404(draft_for(request, pk))
    if part == "version":
        frame = FrameForm(request.POST, version=version)
        if not frame.is_valid():
            return _refused(request, version, part, frame)
        data = frame.cleaned_data
        editing.set_frame(
            version=version,
            aggregation=Aggregation(data["aggregation"]),
            licence=data["licence"],
            sheets=data["sheets"],
            by=request.user,
        )
    else:
        requirement = get_object_or_404(version.requirements, key=part)
        requirement.version = version
        form = SettingsForm(request.POST, requirement=requirement)
        if not form.is_valid():
            return _refused(request, version, part, form)
        data = form.cleaned_data
        editing.set_settings(
            version=version,
            requirement=requirement,
            settings=editing.Settings(
                version.scales.get(pk=data["scale"]),
                data["weight"],
                data.get("sheet_keys", requirement.sheet_keys),
                data.get("comes_from", requirement.comes_from),
            ),
            by=request.user,
        )
    messages.success(request, _("Saved."))
    return redirect("editor_part", version.pk, part)


def _refused(
    request: SignedInRequest,
    version: InstrumentVersion,
    part: str,
    form: SettingsForm | FrameForm | RemarkForm | CheckForm,
) -> HttpResponse:
    context = {"version": version, "form": form, "title": _("Please look again"), "part": part}
    return render(request, "instruments/editor_again.html", context, status=422)


@require_POST
def editor_remark(request: SignedInRequest, pk: int, part: str) -> HttpResponse:
    """Leave a comment or a proposal."""
    version = editable_or_404(draft_for(request, pk))
    slots = slots_of(version, part)
    form = RemarkForm(request.POST, places=[(s.place, _label(s)) for s in slots])
    if not form.is_valid():
        return _refused(request, version, part, form)
    data = form.cleaned_data
    remark = editing.add_remark(
        version=version,
        place=data["place"],
        kind=RemarkKind(data["kind"]),
        text=data["text"],
        by=request.user,
    )
    return redirect(f"{_part_url(version, part)}#remark-{remark.pk}")


@require_POST
def editor_remark_settle(request: SignedInRequest, pk: int, remark_pk: int) -> HttpResponse:
    """Say what became of a remark."""
    version = draft_for(request, pk)
    remark = get_object_or_404(
        version.remarks.select_related("version__instrument__municipality"), pk=remark_pk
    )
    wanted = request.POST.get("state", "")
    if wanted not in RemarkState.values:
        raise NotAllowedNow("no such state")
    editing.settle_remark(remark=remark, state=RemarkState(wanted), by=request.user)
    return redirect(f"{_part_url(version, part_of(remark.place))}#remark-{remark.pk}")


@require_POST
def editor_check(request: SignedInRequest, pk: int, part: str) -> HttpResponse:
    """Note that a group of readers found a requirement understandable."""
    version = editable_or_404(draft_for(request, pk))
    requirement = get_object_or_404(version.requirements, key=part)
    form = CheckForm(request.POST)
    if not form.is_valid():
        return _refused(request, version, part, form)
    editing.note_check(
        version=version,
        requirement=requirement,
        checked_by=form.cleaned_data["checked_by"],
        on=form.cleaned_data["checked_on"],
        by=request.user,
    )
    messages.success(request, _("Noted. If the words change, the note goes away."))
    return redirect("editor_part", version.pk, part)


@require_POST
def editor_presence(request: SignedInRequest, pk: int, part: str) -> JsonResponse:
    """Say that somebody still has a part open; tells who else has."""
    version = editable_or_404(draft_for(request, pk))
    if not slots_of(version, part) and part not in GENERAL:
        raise Http404
    arrive(version=version, place=part, by=request.user)
    people = others_at(version, request.user).get(part, [])
    return JsonResponse({"sentence": people_sentence(people)})


def people_sentence(people: list[str]) -> str:
    """“Erika Beispiel has this open just now.”"""
    if not people:
        return ""
    return ngettext(
        "%(people)s has this open just now too.",
        "%(people)s have this open just now too.",
        len(people),
    ) % {"people": ", ".join(people)}


def _outline_of(version: InstrumentVersion) -> str:
    return reverse("editor", args=[version.pk])


def _part_url(version: InstrumentVersion, part: str) -> str:
    return reverse("editor_part", args=[version.pk, part])
