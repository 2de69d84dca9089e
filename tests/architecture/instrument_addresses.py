"""Addresses of pages around the instrument: those of the editor have a draft."""

from django.urls import reverse

from tests.instruments_world import draft, released, remark

# Pages of a draft; the others are about the version in use.
OF_DRAFTS = {
    "instrument_changes",
    "instrument_pilot",
    "instrument_adopt",
    "instrument_delete",
    "instrument_compare",
    "instrument_compare_base",
}
OF_ONE_PART = {
    "editor_part",
    "editor_settings",
    "editor_remark",
    "editor_check",
    "editor_presence",
}
WITHOUT = {"instrument_list", "instrument_import", "instrument_schema"}


def is_instrument(name: str) -> bool:
    """Whether this module knows the address."""
    return name.startswith(("instrument", "editor")) and name not in WITHOUT


def instrument_address(name: str) -> str:
    """The address of a page around the instrument."""
    if not (name.startswith("editor") or name in OF_DRAFTS):
        return reverse(name, args=[released().pk])
    version = draft()
    if name == "instrument_compare":
        return reverse(name, args=[version.pk, released().pk])
    if name == "editor_remark_settle":
        return reverse(name, args=[version.pk, remark(version).pk])
    if name in OF_ONE_PART:
        return reverse(name, args=[version.pk, "KOM-1"])
    if name == "editor_add_requirement":
        return reverse(name, args=[version.pk, "KOM"])
    return reverse(name, args=[version.pk])
