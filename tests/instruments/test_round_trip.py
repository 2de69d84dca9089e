"""What goes out comes in again: nothing of an instrument is lost on the way."""

import string
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chancencheck.instruments.choices import Aggregation, ChangeKind, Origin
from chancencheck.instruments.dump import to_yaml
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
    parse_instrument,
)
from chancencheck.instruments.models import Instrument, InstrumentVersion
from chancencheck.instruments.operations import import_instrument
from chancencheck.instruments.places import with_keys
from chancencheck.instruments.storage import read_version
from tests import world

# What people type: letters of several scripts, and everything that YAML could misread.
WORDS = st.text(
    st.sampled_from(
        string.ascii_letters + "äöüßÄÖÜ éñ şğ 0123456789 .,:;!?-–_#&*'\"%@`|>{}[]\n„“عمй"
    ),
    min_size=1,
    max_size=30,
).map(str.strip)
LINE = WORDS.map(lambda text: text.replace("\n", " ").strip()).filter(bool)
LONG = WORDS.filter(bool)
DAY = st.dates().map(lambda day: day.isoformat()).filter(lambda day: day > "1900")


def text(words: st.SearchStrategy[str] = LONG) -> st.SearchStrategy[Text]:
    return st.builds(Text, words, st.sampled_from(Origin), st.one_of(st.just(""), LINE))


def texts(letter: str) -> st.SearchStrategy[tuple[Text, ...]]:
    numbered = st.lists(st.tuples(st.integers(1, 99), text()), max_size=3, unique_by=lambda t: t[0])
    return numbered.map(
        lambda rows: tuple(
            Text(row.text, row.origin, row.source, f"{letter}{number}") for number, row in rows
        )
    )


MAYBE = st.one_of(st.none(), text())


@st.composite
def instruments(draw: st.DrawFn) -> InstrumentFile:
    """Any instrument that the format allows, small enough to be stored in a test."""
    scales = (
        ScaleSpec(
            "levels",
            tuple(
                LevelSpec(value, draw(text(LINE)), draw(MAYBE))
                for value in sorted(draw(st.sets(st.integers(-9, 9), min_size=2, max_size=4)))
            ),
            None,
            None,
            None,
        ),
        ScaleSpec("range", (), 0, 100, 5),
    )[: draw(st.integers(1, 2))]
    sheets = tuple(
        SheetSpec(key, draw(text(LINE)), draw(MAYBE))
        for key in ("leads", "counter")[: draw(st.integers(0, 2))]
    )
    number = iter(range(1000))

    def requirement() -> RequirementSpec:
        return RequirementSpec(
            key=f"R-{next(number)}",
            title=draw(text(LINE)),
            text=draw(text()),
            help=draw(MAYBE),
            who_knows=draw(MAYBE),
            scale=draw(st.sampled_from([scale.key for scale in scales])),
            weight=draw(st.integers(1, 9)),
            sheets=tuple(sheet.key for sheet in sheets if draw(st.booleans())),
            comes_from=tuple(draw(st.lists(st.sampled_from(["R-1", "ALT-2"]), max_size=2))),
            **dict(
                zip(
                    ("checked_by", "checked_on"),
                    draw(st.one_of(st.just(("", "")), st.tuples(LINE, DAY))),
                    strict=True,
                )
            ),
            reflection_questions=draw(texts("r")),
            citizen_questions=draw(texts("c")),
            evidence_hints=draw(texts("e")),
            example_measures=draw(texts("m")),
            themes=tuple(draw(st.lists(st.sampled_from(["T1", "T2"]), unique=True))),
            comparable=tuple(draw(st.lists(LINE, max_size=1))),
        )

    def area(depth: int) -> AreaSpec:
        inside = tuple(area(depth + 1) for _ in range(draw(st.integers(0, 2 - depth))))
        fewest = 0 if inside else 1
        return AreaSpec(
            f"A{next(number)}",
            draw(text(LINE)),
            draw(MAYBE),
            tuple(requirement() for _ in range(draw(st.integers(fewest, 2)))),
            inside,
        )

    areas = tuple(area(0) for _ in range(draw(st.integers(1, 2))))
    made = InstrumentFile(
        key="any",
        title=draw(LINE),
        version="1.0",
        language="de",
        licence=draw(LINE),
        note=draw(st.one_of(st.just(""), LONG)),
        origin=draw(st.sampled_from(Origin)),
        scales=scales,
        citizen_scale=tuple(draw(text(LINE)) for _ in range(draw(st.sampled_from([0, 2, 5])))),
        standard_questions=draw(texts("s")),
        areas=areas,
        aggregation=draw(st.sampled_from(Aggregation)),
        sheets=sheets,
        changes=tuple(
            ChangeSpec(place, draw(st.sampled_from(ChangeKind)), draw(st.one_of(st.just(""), LINE)))
            for place in ("R-1/text", "R-2/whole")[: draw(st.integers(0, 2))]
        ),
        issued=draw(
            st.one_of(
                st.none(), st.builds(IssuedSpec, LINE, LINE, st.one_of(st.just(""), DAY), LINE)
            )
        ),
    )
    translations = tuple(
        TranslationSpec("tr", spec.key, question.key, "", draw(LONG), "", "")
        for spec in sorted(made.requirements, key=lambda spec: spec.key)
        for question in sorted(spec.citizen_questions, key=lambda question: question.key)
    )
    return InstrumentFile(**{**vars(made), "translations": translations})


@given(instruments())
@settings(max_examples=60, deadline=None)
def test_a_written_file_reads_as_the_same_instrument(file: InstrumentFile) -> None:
    assert parse_instrument(to_yaml(file)) == file


@pytest.mark.usefixtures("cities")
@given(instruments())
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.generate],  # looking for smaller examples writes far too often
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_an_instrument_that_was_read_in_comes_out_unchanged(file: InstrumentFile) -> None:
    InstrumentVersion.objects.filter(instrument__key="any").delete()
    Instrument.objects.filter(key="any").delete()
    by = world.person("coordination")

    version = import_instrument(file=file, municipality=world.municipality(), by=by)

    assert read_version(version) == file


def test_a_file_without_keys_gets_them_and_keeps_them_in_the_next_version() -> None:
    words: dict[str, Any] = {"origin": Origin.OWN, "source": ""}
    before = with_keys(_with_questions(Text("Eins?", **words), Text("Zwei?", **words)))

    after = with_keys(
        _with_questions(Text("Neu?", **words), Text("Zwei?", **words), Text("Eins?", **words)),
        before,
    )

    keys = {t.text: t.key for t in after.requirements[0].reflection_questions}
    assert keys == {"Eins?": "r1", "Zwei?": "r2", "Neu?": "r3"}


def _with_questions(*questions: Text) -> InstrumentFile:
    from tests.instruments.test_format import SMALL

    file = parse_instrument(SMALL.encode())
    (area,) = file.areas
    (spec,) = area.requirements
    spec = RequirementSpec(**{**vars(spec), "reflection_questions": questions})
    return InstrumentFile(
        **{**vars(file), "areas": (AreaSpec(**{**vars(area), "requirements": (spec,)}),)}
    )
