"""Between the database and the instrument file: one version out, one version in, nothing lost."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from django.db.models import Model, QuerySet

from chancencheck.instruments.choices import (
    Aggregation,
    ChangeKind,
    HintKind,
    Origin,
    QuestionKind,
)
from chancencheck.instruments.format import (
    AreaSpec,
    ChangeSpec,
    InstrumentFile,
    IssuedSpec,
    LevelSpec,
    RequirementSpec,
    ScaleSpec,
    SheetSpec,
    Text,
    TranslationSpec,
)
from chancencheck.instruments.models import (
    Change,
    Hint,
    Instrument,
    InstrumentVersion,
    QualityArea,
    Question,
    QuestionTranslation,
    Requirement,
    Scale,
    ScaleLevel,
)
from chancencheck.instruments.places import FIELD_OF_KIND, LISTS, texts_of

_Row = TypeVar("_Row", bound=Model)


def read_version(version: InstrumentVersion) -> InstrumentFile:
    """A version as the file it would be. Nine queries, however large it is."""
    rows = _Rows([version])
    rows.read_surroundings([version])
    return _Reader(version, rows).file()


def read_words(*versions: InstrumentVersion) -> tuple[InstrumentFile, ...]:
    """Versions as files, but without changes, translations and the number they follow.

    Six queries for all of them together: for comparing and printing.
    """
    rows = _Rows(versions)
    return tuple(_Reader(version, rows).file() for version in versions)


class _Rows:
    """All rows of some versions, by version, in their order."""

    def __init__(self, versions: Sequence[InstrumentVersion]) -> None:
        ids = [version.pk for version in versions]
        self.areas = _grouped(QualityArea.objects.filter(version__in=ids), "version_id")
        self.requirements = _grouped(Requirement.objects.filter(version__in=ids), "version_id")
        self.questions = _grouped(Question.objects.filter(version__in=ids), "version_id")
        self.hints = _grouped(Hint.objects.filter(requirement__version__in=ids), "requirement_id")
        self.scales = _grouped(
            Scale.objects.filter(version__in=ids).prefetch_related("levels"), "version_id"
        )
        self.changes: dict[int, list[Change]] = {}
        self.translations: dict[int, list[QuestionTranslation]] = {}
        self.follows: dict[int, str] = {}

    def read_surroundings(self, versions: Sequence[InstrumentVersion]) -> None:
        """What is in a file besides the words."""
        changes = Change.objects.filter(version__in=versions)
        self.changes = _grouped(changes, "version_id")
        instruments = [version.instrument_id for version in versions]
        translations = QuestionTranslation.objects.filter(instrument__in=instruments).order_by(
            "language", "requirement_key", "question_key"
        )
        self.translations = _grouped(translations, "instrument_id")
        self.follows = {v.pk: v.base.number for v in versions if v.base}


def _grouped(rows: QuerySet[_Row], field: str) -> dict[int, list[_Row]]:
    groups: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, field)].append(row)
    return groups


class _Reader:
    """Puts the rows of a version together."""

    def __init__(self, version: InstrumentVersion, rows: _Rows) -> None:
        self.version, self.rows = version, rows
        self.scales = rows.scales.get(version.pk, [])
        self.scale_keys = {row.pk: row.key for row in self.scales}
        self.areas: dict[int | None, list[QualityArea]] = defaultdict(list)
        for area in rows.areas.get(version.pk, []):
            self.areas[area.parent_id].append(area)
        self.requirements: dict[int, list[Requirement]] = defaultdict(list)
        keys = {}
        hints = []
        for requirement in rows.requirements.get(version.pk, []):
            self.requirements[requirement.area_id].append(requirement)
            keys[requirement.pk] = requirement.key
            hints += rows.hints.get(requirement.pk, [])
        self.texts: dict[tuple[int | None, str], list[Text]] = defaultdict(list)
        self.question_words: dict[tuple[str, str], str] = {}
        both: list[Question | Hint] = [*rows.questions.get(version.pk, []), *hints]
        for row in both:
            part = keys[row.requirement_id] if row.requirement_id else "standard"
            text = self.text(f"{part}/{row.key}", row.text, row.key)
            field = FIELD_OF_KIND.get(row.kind, "standard_questions")
            self.texts[row.requirement_id, field].append(text)
            self.question_words[part, row.key] = row.text

    def file(self) -> InstrumentFile:
        version = self.version
        return InstrumentFile(
            key=version.instrument.key,
            title=version.title,
            version=version.number,
            language=version.language,
            licence=version.licence,
            note=version.note,
            origin=Origin(version.usual_origin),
            scales=tuple(self.scale(row) for row in self.scales),
            citizen_scale=tuple(
                self.text(f"citizens/{number}", words)
                for number, words in enumerate(version.citizen_scale, start=1)
            ),
            standard_questions=tuple(self.texts[None, "standard_questions"]),
            areas=tuple(self.area(row) for row in self.areas[None]),
            aggregation=Aggregation(version.aggregation),
            sheets=tuple(
                SheetSpec(
                    row["key"],
                    self.text(f"sheet:{row['key']}/name", row["name"]),
                    self.maybe(f"sheet:{row['key']}/help", row["help"]),
                )
                for row in version.sheets
            ),
            follows=self.rows.follows.get(version.pk, ""),
            changes=tuple(
                ChangeSpec(row.place, ChangeKind(row.kind), row.reason)
                for row in self.rows.changes.get(version.pk, [])
            ),
            issued=IssuedSpec(**version.issued) if version.issued else None,
            translations=self.translations(),
        )

    def text(self, place: str, words: str, key: str = "") -> Text:
        origin, source = self.version.origin_of(place)
        return Text(words, Origin(origin), source, key)

    def maybe(self, place: str, words: str) -> Text | None:
        return self.text(place, words) if words else None

    def scale(self, row: Scale) -> ScaleSpec:
        levels = tuple(
            LevelSpec(
                level.value,
                self.text(f"scale:{row.key}/{level.value}/name", level.name),
                self.maybe(f"scale:{row.key}/{level.value}/description", level.description),
            )
            for level in row.levels.all()
        )
        return ScaleSpec(row.key, levels, row.minimum, row.maximum, row.step)

    def area(self, row: QualityArea) -> AreaSpec:
        return AreaSpec(
            key=row.key,
            name=self.text(f"area:{row.key}/name", row.name),
            summary=self.maybe(f"area:{row.key}/summary", row.summary),
            requirements=tuple(self.requirement(each) for each in self.requirements[row.pk]),
            areas=tuple(self.area(each) for each in self.areas[row.pk]),
        )

    def requirement(self, row: Requirement) -> RequirementSpec:
        lists = {field: tuple(self.texts[row.pk, field]) for field in LISTS}
        return RequirementSpec(
            key=row.key,
            title=self.text(f"{row.key}/title", row.title),
            text=self.text(f"{row.key}/text", row.text),
            help=self.maybe(f"{row.key}/help", row.help),
            who_knows=self.maybe(f"{row.key}/who_knows", row.who_knows),
            scale=self.scale_keys[row.scale_id],
            weight=row.weight,
            sheets=tuple(row.sheet_keys),
            comes_from=tuple(row.comes_from),
            checked_by=row.checked_by,
            checked_on=row.checked_on.isoformat() if row.checked_on else "",
            themes=tuple(row.theme_keys),
            comparable=tuple(row.comparable),
            **lists,
        )

    def translations(self) -> tuple[TranslationSpec, ...]:
        found = []
        for row in self.rows.translations.get(self.version.instrument_id, []):
            words = self.question_words.get((row.requirement_key, row.question_key))
            if words is None:
                continue  # of a question that this version does not have
            found.append(
                TranslationSpec(
                    language=row.language,
                    requirement=row.requirement_key,
                    question=row.question_key,
                    original="" if row.original == words else row.original,
                    text=row.text,
                    checked_by=row.checked_by,
                    checked_on=row.checked_on.isoformat() if row.checked_on else "",
                )
            )
        return tuple(found)


def write_version(
    *, instrument: Instrument, file: InstrumentFile, base: InstrumentVersion | None = None
) -> InstrumentVersion:
    """Store a file whose texts have keys as a new draft. Translations are not part of a version."""
    version = InstrumentVersion.objects.create(
        instrument=instrument,
        number=file.version,
        title=file.title,
        language=file.language,
        licence=file.licence,
        note=file.note,
        citizen_scale=[text.text for text in file.citizen_scale],
        aggregation=file.aggregation,
        sheets=[
            {"key": s.key, "name": s.name.text, "help": s.help.text if s.help else ""}
            for s in file.sheets
        ],
        usual_origin=file.origin,
        origins={
            cell.place: [cell.origin.value, cell.source]
            for cell in texts_of(file).values()
            if cell.part != "version" and (cell.origin != file.origin or cell.source)
        },
        issued=vars(file.issued) if file.issued else {},
        base=base,
    )
    scales = {spec.key: _write_scale(version, spec) for spec in file.scales}
    Question.objects.bulk_create(
        Question(
            version=version,
            kind=QuestionKind.STANDARD,
            key=text.key,
            text=text.text,
            position=position,
        )
        for position, text in enumerate(file.standard_questions)
    )
    areas: dict[str, QualityArea] = {}
    _write_areas(version, file.areas, None, areas)
    requirements = _write_requirements(version, file, areas, scales)
    _write_lists(version, file, requirements)
    Change.objects.bulk_create(
        Change(version=version, place=row.place, kind=row.kind, reason=row.reason)
        for row in file.changes
    )
    return version


def _write_scale(version: InstrumentVersion, spec: ScaleSpec) -> Scale:
    scale = Scale.objects.create(
        version=version, key=spec.key, minimum=spec.minimum, maximum=spec.maximum, step=spec.step
    )
    ScaleLevel.objects.bulk_create(
        ScaleLevel(
            scale=scale,
            value=level.value,
            name=level.name.text,
            description=_words(level.description),
        )
        for level in spec.levels
    )
    return scale


def _write_areas(
    version: InstrumentVersion,
    specs: tuple[AreaSpec, ...],
    parent: QualityArea | None,
    made: dict[str, QualityArea],
) -> None:
    for spec in specs:
        made[spec.key] = QualityArea.objects.create(
            version=version,
            parent=parent,
            key=spec.key,
            name=spec.name.text,
            summary=_words(spec.summary),
            position=len(made),
        )
        _write_areas(version, spec.areas, made[spec.key], made)


def _write_requirements(
    version: InstrumentVersion,
    file: InstrumentFile,
    areas: dict[str, QualityArea],
    scales: dict[str, Scale],
) -> dict[str, Requirement]:
    rows = [
        Requirement(
            version=version,
            area=areas[area.key],
            scale=scales[spec.scale],
            key=spec.key,
            title=spec.title.text,
            text=spec.text.text,
            help=_words(spec.help),
            who_knows=_words(spec.who_knows),
            weight=spec.weight,
            sheet_keys=list(spec.sheets),
            comes_from=list(spec.comes_from),
            theme_keys=list(spec.themes),
            comparable=list(spec.comparable),
            checked_by=spec.checked_by,
            checked_on=date.fromisoformat(spec.checked_on) if spec.checked_on else None,
        )
        for area, _depth in file.all_areas
        for spec in area.requirements
    ]
    for position, row in enumerate(rows):
        row.position = position
    return {row.key: row for row in Requirement.objects.bulk_create(rows)}


def _write_lists(
    version: InstrumentVersion, file: InstrumentFile, requirements: dict[str, Requirement]
) -> None:
    questions, hints = [], []
    for spec in file.requirements:
        requirement = requirements[spec.key]
        for kind, field in FIELD_OF_KIND.items():
            for position, text in enumerate(getattr(spec, field)):
                if kind in HintKind:
                    hints.append(
                        Hint(
                            requirement=requirement,
                            kind=kind,
                            key=text.key,
                            text=text.text,
                            position=position,
                        )
                    )
                else:
                    questions.append(
                        Question(
                            version=version,
                            requirement=requirement,
                            kind=kind,
                            key=text.key,
                            text=text.text,
                            position=position,
                        )
                    )
    Question.objects.bulk_create(questions)
    Hint.objects.bulk_create(hints)


def _words(text: Text | None) -> str:
    return text.text if text else ""
