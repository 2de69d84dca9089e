"""The instrument as a YAML file that people can read, edit and pass on.

`parse_instrument(to_yaml(file)) == file` for every checked file.
"""

from typing import Any

import yaml

from chancencheck.instruments.choices import Aggregation, Origin
from chancencheck.instruments.format import (
    FORMAT,
    AreaSpec,
    InstrumentFile,
    LevelSpec,
    RequirementSpec,
    ScaleSpec,
    Text,
)
from chancencheck.instruments.places import LISTS

Fields = dict[str, Any]


def to_yaml(file: InstrumentFile) -> bytes:
    """The file in UTF-8. Fields that say nothing are left out."""
    text = yaml.dump(
        to_fields(file),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=100,
    )
    return f"# Format: instrument.schema.json\n{text}".encode()


def to_fields(file: InstrumentFile) -> Fields:
    """The file as plain values; `format.instrument_from` makes the same file of them."""
    return _Writer(file.origin).instrument(file)


class _Dumper(yaml.SafeDumper):
    """Indents lists, so that hyphens stand inside, and never writes references."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True


class _Writer:
    """Turns a file into plain values; texts of the usual origin stay plain."""

    def __init__(self, usual: Origin) -> None:
        self.usual = usual

    def instrument(self, file: InstrumentFile) -> Fields:
        return _filled(
            {
                "format": FORMAT,
                "key": file.key,
                "title": file.title,
                "version": file.version,
                "language": file.language,
                "licence": file.licence,
                "note": file.note,
                "origin": file.origin.value,
                "follows": file.follows,
                "issued": _filled(vars(file.issued)) if file.issued else None,
                "aggregation": (
                    file.aggregation.value if file.aggregation != Aggregation.NONE else None
                ),
                "sheets": [
                    _filled({"key": s.key, "name": self.text(s.name), "help": self.text(s.help)})
                    for s in file.sheets
                ],
                "scales": [self.scale(each) for each in file.scales],
                "citizen_scale": [self.text(each) for each in file.citizen_scale],
                "standard_questions": [self.text(each) for each in file.standard_questions],
                "areas": [self.area(each, file.scales) for each in file.areas],
                "changes": [
                    _filled({"place": c.place, "kind": c.kind.value, "reason": c.reason})
                    for c in file.changes
                ],
                "translations": [_filled(vars(each)) for each in file.translations],
            }
        )

    def text(self, text: Text | None) -> str | Fields | None:
        if text is None:
            return None
        fields = _filled(
            {
                "key": text.key,
                "text": text.text,
                "origin": text.origin.value if text.origin != self.usual else "",
                "source": text.source,
            }
        )
        return fields if len(fields) > 1 else text.text

    def scale(self, spec: ScaleSpec) -> Fields:
        if spec.levels:
            return {"key": spec.key, "levels": [self.level(each) for each in spec.levels]}
        limits = {"minimum": spec.minimum, "maximum": spec.maximum, "step": spec.step}
        return {"key": spec.key, "range": limits}

    def level(self, spec: LevelSpec) -> Fields:
        described = self.text(spec.description)
        level: Fields = {"value": spec.value, "name": self.text(spec.name)}
        return level | ({"description": described} if described else {})

    def area(self, spec: AreaSpec, scales: tuple[ScaleSpec, ...]) -> Fields:
        return _filled(
            {
                "key": spec.key,
                "name": self.text(spec.name),
                "summary": self.text(spec.summary),
                "requirements": [self.requirement(each, scales) for each in spec.requirements],
                "areas": [self.area(each, scales) for each in spec.areas],
            }
        )

    def requirement(self, spec: RequirementSpec, scales: tuple[ScaleSpec, ...]) -> Fields:
        return _filled(
            {
                "key": spec.key,
                "title": self.text(spec.title),
                "text": self.text(spec.text),
                "help": self.text(spec.help),
                "who_knows": self.text(spec.who_knows),
                "scale": spec.scale if len(scales) > 1 else "",
                "weight": spec.weight if spec.weight != 1 else None,
                "sheets": list(spec.sheets),
                "comes_from": list(spec.comes_from),
                "checked_by": spec.checked_by,
                "checked_on": spec.checked_on,
                **{field: [self.text(each) for each in getattr(spec, field)] for field in LISTS},
                "themes": list(spec.themes),
                "comparable": list(spec.comparable),
            }
        )


def _filled(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if value not in ("", None, [])}
