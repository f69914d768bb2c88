"""People join through invitations; links that set a password are gone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("studios", "0006_audit")]

    operations = [migrations.DeleteModel(name="SignInLink")]
