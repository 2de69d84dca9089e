"""Errors that the whole product answers in the same way."""


class NotAllowedNow(Exception):
    """This step does not follow from the present state (two windows, an old page, too early).

    Not a question of rights: the page answers 409 and says where things stand.
    """
