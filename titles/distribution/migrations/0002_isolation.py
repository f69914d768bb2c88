from django.db import migrations

from studios.isolation import Isolate, definer


class Migration(migrations.Migration):
    dependencies = [("distribution", "0001_initial"), ("studios", "0002_isolation")]

    operations = [
        Isolate("Profile"),
        Isolate("Partner"),
        Isolate("PartnerKey"),
        Isolate("Deal"),
        Isolate("Grant"),
        # A release is frozen when it is submitted: only its review state moves.
        Isolate("Release", may_change=["state"]),
        Isolate("ReleaseCut", may_change=[]),
        Isolate("ReleasePartner", may_change=[]),
        # What partners were told and what was sent to them is evidence.
        Isolate("FeedEntry", audited=False, may_change=["closed_at"]),
        Isolate("Delivery"),
        Isolate("Attempt", audited=False, append_only=True),
        migrations.RunSQL(
            "ALTER TABLE distribution_grant ADD CONSTRAINT grant_has_its_partners_number"
            " FOREIGN KEY (partner_id, partner_number) REFERENCES distribution_partner (id, number)",
            "ALTER TABLE distribution_grant DROP CONSTRAINT grant_has_its_partners_number",
        ),
        # A presented key names its studio by its prefix, before any scope is open.
        migrations.RunSQL(
            definer(
                "octavo_studio_of_key(key_prefix text)",
                "uuid",
                "SELECT studio_id FROM distribution_partnerkey WHERE prefix = key_prefix",
            ),
            "DROP FUNCTION octavo_studio_of_key(text)",
        ),
    ]
