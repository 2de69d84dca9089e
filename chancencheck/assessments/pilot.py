"""What a pilot teaches about the instrument: sums and sentences, never a person or an institution.

While a team rates, everybody may say of each requirement whether it is understandable, whether it
is relevant, and what is missing. That lies with the hidden rating of its author and goes with it.
At the release `take_in` keeps three things of it, and only if enough people of the team answered:

- per question how often each answer was given, added to the sums of the round,
- how many gave a level, could not judge, or skipped, added likewise,
- the sentences, under random keys, with round and requirement, without the institution.

A team below the floor leaves nothing behind, not even a part of a sum.

**Why sums wait.** The sums change with each release, and everybody who manages the round sees who
released today. Whoever reads the page before and after could subtract. So what is new waits, per
requirement and question, until three institutions have added to it; then all of it joins what is
shown at once. A difference of two states of the page is always the sum of three institutions.
The only exception is the end of the round, when the rest of one or two institutions joins; from
then on nothing changes any more. That difference is what one or two teams said, each of them with
at least the floor of people behind every number, and nobody can tell more from it than from a
distribution (where all say the same, everybody knows what all said). To drop the rest instead
would take their voice from the last institutions, and all of it from small cities.

**Sentences** of a requirement wait and are shown together with the numbers of that requirement.
At each release all rows of the round are written anew in the order of their random keys, so that
not even the order in the table tells which sentences came together.
"""

from collections.abc import Iterable

from chancencheck.assessments.choices import PILOT_VALUES, Answer, PilotQuestion
from chancencheck.assessments.models import (
    Assessment,
    IndividualRating,
    PilotTally,
    PilotText,
)
from chancencheck.assessments.rules import INSTITUTIONS_MINIMUM, tally
from chancencheck.rounds.choices import RoundKind
from chancencheck.rounds.models import Round

Sums = dict[tuple[int, str], PilotTally]


def take_in(assessment: Assessment) -> None:
    """Keep what the team said about the requirements. Call it before the ratings are deleted."""
    run = _lock(assessment.participation.round)
    if run.kind != RoundKind.PILOT:
        return
    floor = run.municipality.minimum_group_size
    sheets = list(assessment.sheets.values_list("author_key", "is_paper"))
    paper = {key for key, is_paper in sheets if is_paper}
    ratings: dict[int, list[IndividualRating]] = {}
    for rating in assessment.ratings.all():
        ratings.setdefault(rating.requirement_id, []).append(rating)
    sums = _sums_of(run)
    texts = list(run.pilot_texts.all())
    if len(sheets) - len(paper) >= floor:
        texts += _texts_of(run, ratings)
    opened = _add(run, sums, ratings, paper, floor)
    _write(run, sums, texts, opened)


def show_rest(run: Round) -> None:
    """Show what waits: the round is over, so nothing can be subtracted from it later."""
    run = _lock(run)
    sums = _sums_of(run)
    for row in sums.values():
        _show(row)
    _write(run, sums, list(run.pilot_texts.all()), None)


def _lock(run: Round) -> Round:
    # two institutions that release at once must not overwrite each other's sums
    return (
        Round.objects.select_for_update(of=("self",), no_key=True)
        .select_related("municipality")
        .get(pk=run.pk)
    )


def _sums_of(run: Round) -> Sums:
    return {(row.requirement_id, row.question): row for row in run.pilot_tallies.all()}


def _add(
    run: Round,
    sums: Sums,
    ratings: dict[int, list[IndividualRating]],
    paper: set[str],
    floor: int,
) -> set[int]:
    """Add what one team said. Returns the requirements whose numbers are shown from now on."""
    opened = set()
    for pk, own in ratings.items():
        for question, values in PILOT_VALUES.items():
            said = [(_said(r, question), r.author_key in paper) for r in own]
            numbers = tally(
                [answer for answer, is_paper in said if answer and not is_paper],
                values,
                floor,
                knowable=[answer for answer, is_paper in said if answer and is_paper],
            )
            if numbers is None:
                continue
            row = sums.setdefault(
                (pk, question), PilotTally(round=run, requirement_id=pk, question=question)
            )
            row.waiting = _plus(row.waiting, numbers)
            row.waiting_institutions += 1
            if row.waiting_institutions >= INSTITUTIONS_MINIMUM:
                _show(row)
                if question == PilotQuestion.ANSWERED:
                    opened.add(pk)
    return opened


def _said(rating: IndividualRating, question: PilotQuestion) -> str:
    if question != PilotQuestion.ANSWERED:
        return str(getattr(rating, question))
    # who wrote something and chose nothing has gone on without an answer too
    return str(Answer.SKIPPED if rating.answer == Answer.OPEN else rating.answer)


def _texts_of(run: Round, ratings: dict[int, list[IndividualRating]]) -> Iterable[PilotText]:
    return [
        PilotText(round=run, requirement_id=pk, text=rating.missing.strip())
        for pk, own in ratings.items()
        for rating in own
        if rating.missing.strip()
    ]


def _plus(one: list[int], other: list[int]) -> list[int]:
    return [a + b for a, b in zip(one, other, strict=True)] if one and other else one or other


def _show(row: PilotTally) -> None:
    row.shown = _plus(row.shown, row.waiting)
    row.waiting, row.waiting_institutions = [], 0


def _write(run: Round, sums: Sums, texts: list[PilotText], opened: set[int] | None) -> None:
    """Write everything anew. `opened`: requirements whose sentences are shown now, None for all."""
    for text in texts:
        if opened is None or text.requirement_id in opened:
            text.is_shown = True
    run.pilot_tallies.all().delete()
    run.pilot_texts.all().delete()
    tallies = sorted(sums.values(), key=lambda row: (row.requirement_id, row.question))
    for row in tallies:
        row.pk = None
    PilotTally.objects.bulk_create(tallies, batch_size=200)
    PilotText.objects.bulk_create(sorted(texts, key=lambda text: text.pk), batch_size=200)
