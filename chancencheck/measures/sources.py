"""What a team can make measures of: its own potentials, templates, what others have shared."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256

from chancencheck.assessments.models import Assessment
from chancencheck.assessments.queries import areas_in, exclusions_of
from chancencheck.instruments.choices import HintKind
from chancencheck.instruments.models import Hint, Requirement
from chancencheck.measures.choices import Origin
from chancencheck.measures.models import Measure
from chancencheck.measures.operations import Source, Words
from chancencheck.measures.queries import shared_measures

TITLE_MAXIMUM = 200


@dataclass(frozen=True)
class Material:
    """One sentence out of which a measure can be made with one click."""

    key: str
    text: str
    requirements: list[Requirement]
    source: Source
    sign: str = ""
    shared: Measure | None = None  # the measure of another institution
    is_proposed: bool = False

    def words(self, *, is_shown_to_city: bool) -> Words:
        """What the proposal says."""
        return words_of(self.text, sign=self.sign, is_shown_to_city=is_shown_to_city)


def words_of(text: str, *, sign: str = "", is_shown_to_city: bool) -> Words:
    """A sentence as the words of a proposal; one too long for a title stays whole in the details."""
    text = " ".join(text.split())
    is_long = len(text) > TITLE_MAXIMUM
    return Words(
        title=text[: TITLE_MAXIMUM - 1] + "…" if is_long else text,
        details=text if is_long else "",
        sign=sign,
        is_shown_to_city=is_shown_to_city,
    )


@dataclass(frozen=True)
class Heap:
    """The material for one requirement."""

    requirement: Requirement
    potentials: list[Material] = field(default_factory=list)
    templates: list[Material] = field(default_factory=list)
    shared: list[Material] = field(default_factory=list)

    def __iter__(self) -> Iterator[Material]:
        yield from (*self.potentials, *self.templates, *self.shared)

    def __len__(self) -> int:
        return len(self.potentials) + len(self.templates) + len(self.shared)


def shared_key(target: str, measure: Measure) -> str:
    """The key under which a shared measure is proposed in one place; so it is there once."""
    return f"{target}-shared-{measure.pk}"


def material_for(assessment: Assessment, proposals: Iterable[Measure]) -> list[Heap]:
    """Everything that lies there already, by requirement; requirements without any are left out."""
    taken = {measure.form_key for measure in proposals}
    excluded = exclusions_of(assessment)
    requirements = [
        row
        for area in areas_in(assessment)
        for row in area.requirements.all()
        if row.pk not in excluded
    ]
    findings = {row.requirement_id: row for row in assessment.findings.all()}
    templates, shared = _templates(assessment), _shared(assessment)
    heaps = []
    for row in requirements:
        found = findings.get(row.pk)
        potentials = found.potentials if found else []
        heap = Heap(
            row,
            [_own(assessment, row, "potential", text, taken) for text in potentials],
            [_own(assessment, row, "template", text, taken) for text in templates[row.key]],
            [_of_others(assessment, row, measure, taken) for measure in shared[row.key]],
        )
        if len(heap):
            heaps.append(heap)
    return heaps


def find_material(assessment: Assessment, key: str) -> Material | None:
    """The material behind a button; nothing is believed that the page sends but its key."""
    same = [row for heap in material_for(assessment, []) for row in heap if row.key == key]
    if not same:
        return None
    # what others shared may be for several requirements and lie there once for each
    return replace(same[0], requirements=[row.requirements[0] for row in same])


def _templates(assessment: Assessment) -> dict[str, list[str]]:
    run = assessment.participation.round
    found = defaultdict(list)
    hints = Hint.objects.filter(
        requirement__version=run.wording_id or run.instrument_version_id, kind=HintKind.MEASURE
    )
    for key, text in hints.order_by("position").values_list("requirement__key", "text"):
        found[key].append(text)
    return found


def _shared(assessment: Assessment) -> dict[str, list[Measure]]:
    part = assessment.participation
    found = defaultdict(list)
    for measure in shared_measures([part.round.municipality_id]).exclude(unit=part.unit_id):
        for link in measure.links.all():
            found[link.key].append(measure)
    return found


def _own(
    assessment: Assessment, requirement: Requirement, kind: str, text: str, taken: set[str]
) -> Material:
    sign = sha256(f"{kind}|{requirement.key}|{text}".encode()).hexdigest()[:20]
    key = f"a{assessment.pk}-{sign}"
    origin = Origin.FINDING if kind == "potential" else Origin.OWN
    source = Source(origin=origin, assessment=assessment)
    return Material(key, text, [requirement], source, is_proposed=key in taken)


def _of_others(
    assessment: Assessment, requirement: Requirement, measure: Measure, taken: set[str]
) -> Material:
    key = shared_key(f"a{assessment.pk}", measure)
    source = Source(origin=Origin.OWN, assessment=assessment, taken_from=measure)
    return Material(
        key, measure.title, [requirement], source, measure.sign, measure, is_proposed=key in taken
    )
