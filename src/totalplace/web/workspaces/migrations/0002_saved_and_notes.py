"""Saved plans and proposals, and notes.

Flow: workspaces.models -> THIS -> the database
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_initial"),
        ("workspaces", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Saved",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("plan", "Plan"), ("proposal", "Proposal")], max_length=10
                    ),
                ),
                ("name", models.CharField(max_length=150)),
                ("title", models.CharField(max_length=400)),
                ("address", models.CharField(max_length=4000)),
                ("verdict", models.JSONField(default=list)),
                ("packed", models.BinaryField()),
                ("book_hash", models.CharField(max_length=64)),
                ("version", models.CharField(max_length=40)),
                ("assumptions", models.CharField(max_length=64)),
                ("saved_by_name", models.CharField(max_length=150)),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved",
                        to="jobs.job",
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved",
                        to="workspaces.partnership",
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("author_name", models.CharField(max_length=150)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("edited_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="workspaces.partnership",
                    ),
                ),
                (
                    "saved",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="workspaces.saved",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="saved",
            index=models.Index(fields=["partnership", "-saved_at"], name="saved_in"),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["partnership", "-written_at"], name="notes_in"),
        ),
    ]
