"""From the feedback of a pilot to a remark at the right place of a draft."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.instruments.choices import RemarkKind, VersionState
from chancencheck.instruments.models import InstrumentVersion, Remark
from chancencheck.instruments.places import part_of
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission


def draft_for(version: InstrumentVersion) -> InstrumentVersion | None:
    """The draft that takes up what people say about this version: the newest one made from it, else
    the newest of the instrument. None if there is none that can be changed.
    """
    drafts = InstrumentVersion.objects.filter(
        instrument=version.instrument_id, state=VersionState.DRAFT
    ).order_by("-pk")
    own = [draft for draft in drafts if not draft.is_foreign]
    return next((draft for draft in own if draft.base_id == version.pk), own[0] if own else None)


@transaction.atomic
def add_pilot_remark(*, version: InstrumentVersion, place: str, text: str, by: User) -> Remark:
    """Put what people of the pilot said as a comment at a text of a draft; once, however often.

    It has no author: nobody knows who said it, and who took it over did not write it. Like other
    remarks it is not in the log.
    """
    if not may_in(by, version.instrument.municipality_id, Permission.INSTRUMENT_EDIT):
        raise PermissionDenied
    locked = InstrumentVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if locked.is_released or locked.is_foreign:
        raise NotAllowedNow("the words are fixed")
    if not locked.requirements.filter(key=part_of(place)).exists():
        raise NotAllowedNow("no such requirement")
    remark, _made = Remark.objects.get_or_create(
        version=locked,
        place=place,
        text=text,
        is_from_pilot=True,
        defaults={"kind": RemarkKind.COMMENT, "written_on": timezone.localdate()},
    )
    return remark
