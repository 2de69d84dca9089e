"""Give each text of a list its key, and write down beside the version where texts come from."""

from collections import defaultdict

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

LETTERS = {"standard": "s", "reflection": "r", "citizen": "c", "evidence": "e", "measure": "m"}


def fill(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Keys by position, as reading a file in without keys would give them."""
    version_model = apps.get_model("instruments", "InstrumentVersion")
    for name in ("Question", "Hint"):
        model = apps.get_model("instruments", name)
        for row in model.objects.all():
            row.key = f"{LETTERS[row.kind]}{row.position + 1}"
            row.save(update_fields=["key"])
    for row in apps.get_model("instruments", "QuestionTranslation").objects.all():
        row.question_key = f"c{row.position + 1}"
        row.save(update_fields=["question_key"])
    version_model.objects.filter(state="released").update(state="adopted")
    origins: dict[int, dict[str, list[str]]] = defaultdict(dict)

    def keep(version_id: int, place: str, origin: str, source: str) -> None:
        if origin != "own" or source:
            origins[version_id][place] = [origin, source]

    for area in apps.get_model("instruments", "QualityArea").objects.all():
        keep(area.version_id, f"area:{area.key}/name", area.name_origin, area.name_source)
    for row in apps.get_model("instruments", "Requirement").objects.all():
        keep(row.version_id, f"{row.key}/title", row.title_origin, "")
        keep(row.version_id, f"{row.key}/text", row.text_origin, row.text_source)
    questions = apps.get_model("instruments", "Question").objects.select_related("requirement")
    for row in questions:
        part = row.requirement.key if row.requirement else "standard"
        keep(row.version_id, f"{part}/{row.key}", row.origin, row.source)
    for pk, places in origins.items():
        version_model.objects.filter(pk=pk).update(origins=places)


class Migration(migrations.Migration):
    dependencies = [("instruments", "0003_governed_document")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
