"""Now that all texts have keys and origins stand beside them, the old columns go."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("instruments", "0004_keys_and_origins_of_texts")]

    operations = [
        migrations.RemoveField(
            model_name="qualityarea",
            name="name_origin",
        ),
        migrations.RemoveField(
            model_name="qualityarea",
            name="name_source",
        ),
        migrations.RemoveField(
            model_name="question",
            name="origin",
        ),
        migrations.RemoveField(
            model_name="question",
            name="source",
        ),
        migrations.RemoveField(
            model_name="questiontranslation",
            name="position",
        ),
        migrations.RemoveField(
            model_name="requirement",
            name="text_origin",
        ),
        migrations.RemoveField(
            model_name="requirement",
            name="text_source",
        ),
        migrations.RemoveField(
            model_name="requirement",
            name="title_origin",
        ),
        migrations.AddConstraint(
            model_name="hint",
            constraint=models.UniqueConstraint(
                fields=("requirement", "key"), name="one_hint_per_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="instrumentversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("released_on__isnull", True), ("state", "draft")),
                    models.Q(
                        models.Q(("state", "draft"), _negated=True), ("released_on__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="released_version_has_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="instrumentversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("retired_on__isnull", False), ("state", "retired")),
                    models.Q(
                        models.Q(("state", "retired"), _negated=True), ("retired_on__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="retired_version_has_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                fields=("version", "requirement", "key"), name="one_question_per_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="questiontranslation",
            constraint=models.UniqueConstraint(
                fields=("instrument", "language", "requirement_key", "question_key"),
                name="one_translation_per_language_and_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="requirement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_by", ""), ("checked_on__isnull", True)),
                    models.Q(
                        models.Q(("checked_by", ""), _negated=True), ("checked_on__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="a_checked_requirement_says_by_whom_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.UniqueConstraint(
                fields=("version", "place"), name="one_class_per_change"
            ),
        ),
        migrations.AddConstraint(
            model_name="presence",
            constraint=models.UniqueConstraint(
                fields=("version", "user"), name="one_presence_per_draft"
            ),
        ),
        migrations.AlterField(  # a draft is deleted with its scales
            "requirement",
            "scale",
            models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="requirements",
                to="instruments.scale",
            ),
        ),
        migrations.AlterField("hint", "key", models.CharField(max_length=20)),
        migrations.AlterField("question", "key", models.CharField(max_length=20)),
        migrations.AlterField(
            "questiontranslation", "question_key", models.CharField(max_length=20)
        ),
    ]
