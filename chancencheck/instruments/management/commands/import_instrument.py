"""Reads an instrument file in, like the page does."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from chancencheck.accounts.models import User
from chancencheck.instruments.format import InstrumentFileError
from chancencheck.instruments.operations import import_instrument
from chancencheck.instruments.packages import VersionIsReleased, read_package
from chancencheck.organisations.models import Municipality


class Command(BaseCommand):
    """`chancencheck manage import_instrument FILE --municipality SLUG --by ADDRESS`"""

    help = "Liest eine Instrument-Datei als Entwurf ein."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, the municipality, and on whose account (it needs the role)."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--municipality", required=True, help="Kurzname der Kommune")
        parser.add_argument("--by", required=True, help="E-Mail-Adresse der Koordination")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read it in, or say line and field of every problem in German."""
        try:
            municipality = Municipality.objects.get(slug=options["municipality"])
            person = User.objects.get(email=options["by"].lower())
            with translation.override("de"):
                file = read_package(options["file"].read_bytes())
            version = import_instrument(file=file, municipality=municipality, by=person)
        except (Municipality.DoesNotExist, User.DoesNotExist) as error:
            raise CommandError("Diese Kommune oder Person gibt es nicht.") from error
        except InstrumentFileError as error:
            lines = [
                f"Zeile {p.line}: {p.field}: {p.message}" if p.line else f"{p.field}: {p.message}"
                for p in error.problems
            ]
            raise CommandError("Nichts eingelesen.\n" + "\n".join(lines)) from error
        except VersionIsReleased as error:
            raise CommandError("Diese Fassung ist schon freigegeben.") from error
        self.stdout.write(f"Eingelesen als Entwurf: {version}")
