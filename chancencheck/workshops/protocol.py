"""The protocol of a workshop: one content for the page, for print and for the document.

Plain JSON with its own format number, like the frozen result. It names no person.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from chancencheck.assessments.models import Assessment, Finding
from chancencheck.assessments.results import (
    RequirementResult,
    freeze_requirement,
    read_requirement,
    workshop_day,
)
from chancencheck.instruments.models import Requirement
from chancencheck.workshops.models import WorkshopNote
from chancencheck.workshops.queries import notes_of, room_of, schedule

FORMAT = 1


@dataclass(frozen=True)
class AgendaItem:
    """One line of the agenda."""

    key: str
    title: str
    minutes: int
    is_deep: bool


@dataclass(frozen=True)
class Kept:
    """A note as it stands in the protocol. `needs`: decision, money, it."""

    key: str
    text: str
    for_whom: str
    needs: list[str]


@dataclass(frozen=True)
class ProtocolContent:
    """A whole protocol."""

    unit: str
    round: str
    instrument: str
    scope: str
    held_on: str
    place: str
    team_size: int
    minutes: int
    agenda: list[AgendaItem]
    requirements: list[RequirementResult]
    parked: list[Kept]
    decisions: list[Kept]
    questions: list[Kept]
    wanted: list[Kept]  # what the team cannot decide alone: needs a decision, money or IT


def freeze(assessment: Assessment) -> dict[str, Any]:
    """The protocol as it stands now, as plain values."""
    room = room_of(assessment)
    order = schedule(assessment, room)
    prefetch_related_objects([row.finding for row in order.rows if row.finding], "evidence")
    notes = notes_of(assessment)
    part = assessment.participation
    return {
        "format": FORMAT,
        "unit": part.unit.name,
        "round": part.round.name,
        "instrument": str(part.round.words_of),
        "scope": assessment.scope,
        "held_on": workshop_day(assessment),
        "place": assessment.workshop_place,
        "team_size": assessment.team_size,
        "minutes": room.minutes,
        "agenda": [
            {
                "key": slot.key,
                "title": row.requirement.title,
                "minutes": slot.minutes,
                "is_deep": slot.is_deep,
            }
            for slot, row in zip(order.plan.slots, order.talk, strict=True)
        ],
        "requirements": [
            freeze_requirement(
                row.requirement,
                row.finding or Finding(requirement=row.requirement),
            )
            | _within(row.requirement)
            for row in order.rows
        ],
        "parked": _frozen(notes, "parked"),
        "decisions": _frozen(notes, "decision"),
        "questions": _frozen(notes, "question"),
    }


def _within(requirement: Requirement) -> dict[str, str]:
    # only where areas are nested, so that protocols confirmed before stay the same to the letter
    area = requirement.area
    return {"area": area.full_name} if area.parent_id else {}


def digest(content: dict[str, Any]) -> str:
    """A short fingerprint (16 hex digits): whether somebody confirms what they have seen."""
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def _frozen(notes: list[WorkshopNote], kind: str) -> list[dict[str, Any]]:
    return [
        {
            "key": note.requirement.key if note.requirement else "",
            "text": note.text,
            "for_whom": note.for_whom,
            "needs": [
                name
                for name, is_needed in (
                    ("decision", note.needs_decision),
                    ("money", note.needs_money),
                    ("it", note.needs_it),
                )
                if is_needed
            ],
        }
        for note in notes
        if note.kind == kind
    ]


def read(content: dict[str, Any]) -> ProtocolContent:
    """The content as objects for the page and the document."""
    plain = ("unit", "round", "instrument", "scope", "held_on", "place", "team_size", "minutes")
    parked, decisions, questions = (
        [Kept(**row) for row in content[name]] for name in ("parked", "decisions", "questions")
    )
    return ProtocolContent(
        **{name: content[name] for name in plain},
        agenda=[AgendaItem(**row) for row in content["agenda"]],
        requirements=[read_requirement(row) for row in content["requirements"]],
        parked=[note for note in parked if not note.needs],
        decisions=[note for note in decisions if not note.needs],
        questions=[note for note in questions if not note.needs],
        wanted=[note for note in parked + decisions + questions if note.needs],
    )
