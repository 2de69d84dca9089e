"""Between the database and the instrument file: one version out, one version in, nothing lost."""

from collections import defaultdict
from datetime import date

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
    Requirement,
    Scale,
    ScaleLevel,
)
from chancencheck.instruments.places import FIELD_OF_KIND, LISTS, texts_of


def read_version(version: InstrumentVersion) -> InstrumentFile:
    """A version as the file it would be. Nine queries, however large it is."""
    return _Reader(version).file()


class _Reader:
    """Reads all rows of a version once and puts them together."""

    def __init__(self, version: InstrumentVersion) -> None:
        self.version = version
        self.areas = list(version.areas.all())
        self.requirements: dict[int, list[Requirement]] = defaultdict(list)
        for requirement in version.requirements.select_related("scale"):
            self.requirements[requirement.area_id].append(requirement)
        self.texts: dict[tuple[int | None, str], list[Text]] = defaultdict(list)
        self.question_words: dict[tuple[str, str], str] = {}
        keys = {row.pk: row.key for rows in self.requirements.values() for row in rows}
        hints = Hint.objects.filter(requirement__version=version)
        rows: list[Question | Hint] = [*version.questions.all(), *hints]
        for row in rows:
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
            scales=tuple(self.scale(row) for row in version.scales.prefetch_related("levels")),
            citizen_scale=tuple(
                self.text(f"citizens/{number}", words)
                for number, words in enumerate(version.citizen_scale, start=1)
            ),
            standard_questions=tuple(self.texts[None, "standard_questions"]),
            areas=tuple(self.area(row) for row in self.areas if row.parent_id is None),
            aggregation=Aggregation(version.aggregation),
            sheets=tuple(
                SheetSpec(
                    row["key"],
                    self.text(f"sheet:{row['key']}/name", row["name"]),
                    self.maybe(f"sheet:{row['key']}/help", row["help"]),
                )
                for row in version.sheets
            ),
            follows=version.base.number if version.base else "",
            changes=tuple(
                ChangeSpec(row.place, ChangeKind(row.kind), row.reason)
                for row in version.changes.all()
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
            areas=tuple(self.area(each) for each in self.areas if each.parent_id == row.pk),
        )

    def requirement(self, row: Requirement) -> RequirementSpec:
        lists = {field: tuple(self.texts[row.pk, field]) for field in LISTS}
        return RequirementSpec(
            key=row.key,
            title=self.text(f"{row.key}/title", row.title),
            text=self.text(f"{row.key}/text", row.text),
            help=self.maybe(f"{row.key}/help", row.help),
            who_knows=self.maybe(f"{row.key}/who_knows", row.who_knows),
            scale=row.scale.key,
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
        rows = self.version.instrument.translations.order_by(
            "language", "requirement_key", "question_key"
        )
        found = []
        for row in rows:
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
