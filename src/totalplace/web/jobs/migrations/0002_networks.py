"""The network a stranger came from, so that refusing cookies gains nothing.

Flow: jobs.models -> THIS -> the database
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="asker",
            name="network",
            field=models.CharField(db_index=True, default="", max_length=32),
        ),
    ]
