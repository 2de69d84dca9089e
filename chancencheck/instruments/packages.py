"""Whole instruments on their way between cities: what goes out, and what a file would do here."""

import hashlib
import json
from dataclasses import dataclass, replace
from enum import StrEnum

from django.core import signing

from chancencheck.accounts.models import User
from chancencheck.instruments.comparison import Difference, differences
from chancencheck.instruments.dump import to_fields
from chancencheck.instruments.format import (
    InstrumentFile,
    IssuedSpec,
    findings_in,
    instrument_from,
    parse_instrument,
)
from chancencheck.instruments.models import Instrument, InstrumentVersion, Remark
from chancencheck.instruments.places import texts_of, with_keys
from chancencheck.instruments.storage import read_version
from chancencheck.instruments.workbooks import looks_like_a_workbook
from chancencheck.instruments.xlsx import parse_xlsx
from chancencheck.organisations.models import Municipality

SECONDS_TO_CONFIRM = 2 * 60 * 60
LONGEST_CITY = 100  # as the format says


class VersionIsReleased(Exception):
    """A version with this number is already released and cannot be replaced."""


class PackageIsOld(Exception):
    """What a page carried is too old, was changed, or belongs to somebody else."""


class Effect(StrEnum):
    """What reading a file in does."""

    NEW_INSTRUMENT = "new_instrument"
    NEW_VERSION = "new_version"
    REPLACED_DRAFT = "replaced_draft"


@dataclass(frozen=True)
class Target:
    """What is here already of the instrument in a file."""

    draft: InstrumentVersion | None  # with the same number: it is replaced
    base: InstrumentVersion | None  # the version that the file goes on from
    compared: InstrumentVersion | None  # the draft, else the newest version
    compared_file: InstrumentFile | None
    has_own: bool  # whether a version of it was issued here
    digest: str  # another one as soon as something of this has changed


@dataclass(frozen=True)
class Preview:
    """What reading a file in would do."""

    file: InstrumentFile
    effect: Effect
    target: Target
    differences: tuple[Difference, ...]
    number_of_questions: int
    languages: tuple[str, ...]
    lost_remarks: int
    is_foreign: bool


def exported(version: InstrumentVersion) -> InstrumentFile:
    """A version as a file for others: it says which city issued it, and what was decided."""
    file = read_version(version)
    if file.issued:
        return file
    decision = version.decision
    issued = IssuedSpec(
        city=version.instrument.municipality.name[:LONGEST_CITY].strip(),
        body=decision.body.name if decision else "",
        decided_on=decision.decided_on.isoformat() if decision else "",
        reference=decision.reference if decision else "",
    )
    return replace(file, issued=issued)


def read_package(data: bytes) -> InstrumentFile:
    """Read a YAML or Excel file, whatever it is called. InstrumentFileError with all problems."""
    return parse_xlsx(data) if looks_like_a_workbook(data) else parse_instrument(data)


def find_target(file: InstrumentFile, municipality: Municipality) -> Target:
    """What is here already. VersionIsReleased if the number cannot be read in any more."""
    instrument = Instrument.objects.filter(municipality=municipality, key=file.key).first()
    versions = list(
        instrument.versions.select_related("instrument", "base").order_by("-pk")
        if instrument
        else ()
    )
    draft = next((version for version in versions if version.number == file.version), None)
    if draft and (draft.is_released or draft.successors.exists()):
        raise VersionIsReleased
    others = [version for version in versions if version != draft]
    if draft and draft.base and draft.base not in others:
        others.append(draft.base)  # a fork goes on from another instrument
    base = next((version for version in others if version.number == file.follows), None)
    compared = draft or (versions[0] if versions else None)
    compared_file = read_version(compared) if compared else None
    seen = [
        [(version.pk, version.number, version.state) for version in versions],
        to_fields(compared_file) if compared_file else None,
    ]
    return Target(
        draft=draft,
        base=base,
        compared=compared,
        compared_file=compared_file,
        has_own=any(not version.is_foreign for version in versions if version != draft),
        digest=hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest(),
    )


def settled(file: InstrumentFile, target: Target, municipality: Municipality) -> InstrumentFile:
    """The file as it is kept here: each text has its key, and what is our own says so no more."""
    if file.issued and file.issued.city == municipality.name[:LONGEST_CITY].strip():
        file = replace(file, issued=None)
    before = target.compared_file
    if target.base and not target.draft and target.base != target.compared:
        before = read_version(target.base)
    return with_keys(file, before)


def kept_remarks(target: Target, file: InstrumentFile) -> tuple[list[Remark], int]:
    """Remarks at texts that the file still has, and the number of the others."""
    remarks = list(target.draft.remarks.all()) if target.draft else []
    places = texts_of(file)
    kept = [remark for remark in remarks if remark.place in places]
    return kept, len(remarks) - len(kept)


def preview(file: InstrumentFile, municipality: Municipality) -> Preview:
    """What reading this file in would do. Nothing is stored."""
    target = find_target(file, municipality)
    keyed = settled(file, target, municipality)
    effect = Effect.NEW_VERSION if target.compared else Effect.NEW_INSTRUMENT
    return Preview(
        file=keyed,
        effect=Effect.REPLACED_DRAFT if target.draft else effect,
        target=target,
        differences=differences(target.compared_file, keyed) if target.compared_file else (),
        number_of_questions=sum(
            len(spec.reflection_questions) + len(spec.citizen_questions)
            for spec in keyed.requirements
        )
        + len(keyed.standard_questions),
        languages=tuple(sorted({row.language for row in keyed.translations})),
        lost_remarks=kept_remarks(target, keyed)[1],
        is_foreign=keyed.issued is not None,
    )


def seal(found: Preview, *, municipality: Municipality, by: User) -> str:
    """A checked file with what it was compared with, to travel through a page and come back.

    Signed for one person in one city: nobody can slip in what the checks did not see.
    """
    carried = {"file": to_fields(found.file), "digest": found.target.digest}
    return signing.dumps(carried, salt=_salt(municipality, by), compress=True)


def unseal(sealed: str, *, municipality: Municipality, by: User) -> tuple[InstrumentFile, str]:
    """What `seal` made: the file and the digest; PackageIsOld if that is no longer good."""
    try:
        carried = signing.loads(sealed, salt=_salt(municipality, by), max_age=SECONDS_TO_CONFIRM)
    except signing.BadSignature:
        raise PackageIsOld from None
    if findings_in(carried["file"]):  # the rules have changed since: an update in between
        raise PackageIsOld
    return instrument_from(carried["file"]), carried["digest"]


def _salt(municipality: Municipality, by: User) -> str:
    return f"chancencheck.instruments.packages:{municipality.pk}:{by.pk}"
