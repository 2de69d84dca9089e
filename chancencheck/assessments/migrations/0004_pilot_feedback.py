"""What people say about the instrument itself while it is tried out."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

VERDICTS = [("yes", "yes"), ("partly", "partly"), ("no", "no")]


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0003_answer_sheets"),
        ("instruments", "0003_governed_document"),
        ("rounds", "0002_wording"),
    ]

    operations = [
        migrations.AddField(
            model_name="individualrating",
            name="understandable",
            field=models.CharField(blank=True, choices=VERDICTS, default="", max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="individualrating",
            name="relevant",
            field=models.CharField(blank=True, choices=VERDICTS, default="", max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="individualrating",
            name="missing",
            field=models.CharField(blank=True, default="", max_length=500),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="PilotTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "question",
                    models.CharField(
                        choices=[
                            ("understandable", "Understandable?"),
                            ("relevant", "Relevant for us?"),
                            ("answered", "Answered?"),
                        ],
                        max_length=15,
                    ),
                ),
                ("shown", models.JSONField(default=list)),
                ("waiting", models.JSONField(default=list)),
                ("waiting_institutions", models.PositiveSmallIntegerField(default=0)),
                (
                    "requirement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="instruments.requirement",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pilot_tallies",
                        to="rounds.round",
                    ),
                ),
            ],
            options={
                "verbose_name": "tally of a pilot",
                "verbose_name_plural": "tallies of a pilot",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("round", "requirement", "question"), name="one_tally_per_question"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PilotText",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("text", models.CharField(max_length=500)),
                ("is_shown", models.BooleanField(default=False)),
                (
                    "requirement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="instruments.requirement",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pilot_texts",
                        to="rounds.round",
                    ),
                ),
            ],
            options={
                "verbose_name": "text from a pilot",
                "verbose_name_plural": "texts from a pilot",
                "ordering": ["id"],
            },
        ),
    ]
