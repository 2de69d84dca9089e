"""Measures of the example city: what became of the pilot, and what is chosen now. All invented."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.assessments.models import Assessment
from chancencheck.instruments.models import Requirement
from chancencheck.measures import operations
from chancencheck.measures.choices import EventKind, Origin, State
from chancencheck.measures.functions import make_function
from chancencheck.measures.models import Function, Measure, MeasureLink
from chancencheck.measures.operations import Source, Words
from chancencheck.measures.practice import share_measure
from chancencheck.measures.publish import publish_measure
from chancencheck.measures.reminders import plan_reminders
from chancencheck.measures.requests import answer_request, ask_for_support
from chancencheck.notifications.models import Notification
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.operations import ensure_person
from chancencheck.rounds.models import Round
from chancencheck.strategy.models import GuidingGoal, Theme

CONTENT = Path(__file__).parent / "content" / "measures.yaml"
DOMAIN = "ludwigshafen.example"
RESPONSIBLE = ("Anmeldung der Volkshochschule", f"anmeldung.vhs@{DOMAIN}")
FAR = timedelta(days=9999)  # any date from today on; it is set to the real one afterwards


def build_measures(
    city: Municipality, units: dict[str, Unit], leads: dict[str, User], by: User
) -> None:
    """Make goals, functions, measures, requests, one measure for all; then remind as usual."""
    told = yaml.safe_load(CONTENT.read_text())
    GuidingGoal.objects.bulk_create(
        GuidingGoal(strategy=city.strategy, **row) for row in told["goals"]
    )
    name, email = RESPONSIBLE
    ensure_person(email=email, name=name, municipality=city)
    for row in told["functions"]:
        unit = units.get(row["unit"])
        make_function(
            municipality=city,
            unit=unit,
            name=row["name"],
            holder_email=f"{row['holder']}@{DOMAIN}",
            by=leads[row["unit"]] if unit else by,
        )
    maker = _Maker(city, units, leads, by)
    for row in told["measures"]:
        maker.measure(row)
    for row in told["proposals"]:
        maker.propose({"from": "running", **row})
    maker.central(told["central"])
    Notification.objects.all().delete()  # what was told in the past is read
    plan_reminders()


class _Maker:
    """Makes measures through the product's operations and moves them into the past."""

    def __init__(
        self, city: Municipality, units: dict[str, Unit], leads: dict[str, User], by: User
    ) -> None:
        self.city, self.units, self.leads, self.by = city, units, leads, by
        self.today = timezone.localdate()
        rounds = Round.objects.filter(municipality=city).order_by("starts_on")
        self.pilot, self.running = rounds[0], rounds[1]
        self.themes = {row.key: row for row in Theme.objects.filter(strategy=city.strategy)}
        self.goals = {row.key: row for row in GuidingGoal.objects.filter(strategy=city.strategy)}

    def assessment(self, unit: Unit, source: str) -> Assessment | None:
        """The self-assessment a measure comes from."""
        if source == "own":
            return None
        run = self.pilot if source == "pilot" else self.running
        return Assessment.objects.with_place().get(
            participation__round=run, participation__unit=unit
        )

    def propose(self, row: dict[str, Any]) -> Measure:
        """A proposal with all its words."""
        unit = self.units[row["unit"]]
        assessment = self.assessment(unit, row["from"])
        run = assessment.participation.round if assessment else self.running
        return operations.propose_measure(
            municipality=self.city,
            unit=unit,
            words=Words(
                title=row["title"],
                sign=row.get("sign", ""),
                resources=row.get("resources", ""),
                effort=row.get("effort"),
                effect=row.get("effect"),
                theme=self.themes.get(row.get("theme", "")),
                goal=self.goals.get(row.get("goal", "")),
                is_shown_to_city=row.get("city", False),
            ),
            requirements=Requirement.objects.filter(
                version=run.instrument_version, key__in=row["keys"]
            ),
            source=Source(
                origin=Origin.FINDING if assessment else Origin.OWN, assessment=assessment
            ),
            by=self.leads[row["unit"]],
        )

    def measure(self, row: dict[str, Any]) -> None:
        """A measure, and what became of it."""
        lead = self.leads[row["unit"]]
        function = Function.objects.get(unit=self.units[row["unit"]], name=row["function"])
        measure = operations.take_on(
            measure=self.propose(row), function=function, due_on=self.today + FAR, by=lead
        )
        state = State(row["state"])
        if state != State.PLANNED:
            operations.set_state(
                measure=measure,
                state=state,
                reason=row.get("reason", row.get("outcome", "")),
                due_on=self.today + FAR if state == State.POSTPONED else None,
                by=lead,
            )
        if row.get("shared"):
            share_measure(measure=measure, by=lead)
        if row.get("request"):
            self._ask(measure, row["request"], lead)
        if row.get("public"):
            publish_measure(measure=measure, text=row["public"], by=lead)
        self._into_the_past(measure, row)

    def _ask(self, measure: Measure, row: dict[str, Any], lead: User) -> None:
        measure = Measure.objects.with_place().get(pk=measure.pk)
        request = ask_for_support(
            measure=measure,
            needs=set(row["needs"]),
            text=row["text"],
            division=measure.unit.parent if measure.unit else None,
            body_name="Stadtvorstand",
            by=lead,
        )
        if row.get("answer"):
            answer_request(
                request=request, answer=row["answer"], text=row["answer_text"], by=self.by
            )
            type(request).objects.filter(pk=request.pk).update(
                answered_on=self.today + timedelta(days=row["days"] + 20)
            )
        asked_on = self.today + timedelta(days=row["days"])
        type(request).objects.filter(pk=request.pk).update(asked_on=asked_on)

    def _into_the_past(self, measure: Measure, row: dict[str, Any]) -> None:
        made = self.today + timedelta(days=row["made"])
        due = self.today + timedelta(days=row["due"])
        measure.refresh_from_db()
        is_over = measure.ended_on is not None
        ended = min(due, self.today) if is_over else None
        looked = ended or max(made, self.today - timedelta(days=200))
        Measure.objects.filter(pk=measure.pk).update(
            made_on=made,
            planned_on=made,
            due_on=due,
            confirmed_on=looked,
            ended_on=ended,
            published_on=looked if measure.published_on else None,
        )
        for event in measure.events.all():
            is_first = event.kind in (EventKind.PROPOSED, EventKind.PLANNED)
            event.on = made if is_first else looked
            event.values = _dated(event.values, due)
            event.save(update_fields=["on", "values"])

    def central(self, row: dict[str, Any]) -> None:
        """One measure for several findings of the pilot."""
        measure = operations.propose_measure(
            municipality=self.city,
            unit=None,
            words=Words(
                title=row["title"], sign=row["sign"], theme=self.themes["T1"], goal=self.goals["L2"]
            ),
            requirements=[],
            by=self.by,
        )
        requirement = Requirement.objects.get(version=self.pilot.instrument_version, key=row["key"])
        for key in row["units"]:
            MeasureLink.objects.create(
                measure=measure,
                requirement=requirement,
                key=requirement.key,
                assessment=self.assessment(self.units[key], "pilot"),
            )
        function = Function.objects.get(unit=None, municipality=self.city, name=row["function"])
        measure = operations.take_on(
            measure=measure, function=function, due_on=self.today + FAR, by=self.by
        )
        operations.set_state(measure=measure, state=State.RUNNING, by=self.by)
        publish_measure(measure=measure, text=row["public"], by=self.by)
        self._into_the_past(measure, row)


def _dated(values: dict[str, Any], due: date) -> dict[str, Any]:
    """The values of an event with the real date instead of the far one."""
    before = (due - timedelta(days=120)).isoformat()
    real = {"due": {"date": due.isoformat()}, "before": {"date": before}}
    return {
        name: real.get(name, value) if isinstance(value, dict) else value
        for name, value in values.items()
    }
