"""Makes a municipality and its first administrator."""

from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chancencheck.organisations.models import Municipality
from chancencheck.organisations.operations import create_municipality


class Command(BaseCommand):
    """`chancencheck manage create_municipality --name … --admin-email …`"""

    help = "Legt eine Kommune mit ihrer ersten Administration an."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name and address; the password is asked for, never an argument others could read."""
        parser.add_argument("--name", required=True)
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--admin-name", default="Administration")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it."""
        if Municipality.objects.filter(name=options["name"]).exists():
            raise CommandError("Diese Kommune gibt es schon.")
        create_municipality(
            name=options["name"],
            admin_email=options["admin_email"],
            admin_name=options["admin_name"],
            password=getpass("Passwort der Administration (leer: Anmeldung per Code): ") or None,
        )
        self.stdout.write("Angelegt.")
