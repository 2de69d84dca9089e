"""Recording what was decided."""

from datetime import date

from chancencheck.governance.models import Body, Decision
from chancencheck.organisations.models import Municipality


def ensure_decision(
    *, municipality: Municipality, body: str, decided_on: date, reference: str
) -> Decision:
    """The decision with these facts, recorded if it is not known yet."""
    found, _made = Body.objects.get_or_create(municipality=municipality, name=body.strip())
    decision, _made = Decision.objects.get_or_create(
        body=found, decided_on=decided_on, reference=reference.strip()
    )
    return decision
