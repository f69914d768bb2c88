"""Releases, partners, grants and deliveries on the desk: columns, forms and buttons."""

from titles.distribution.admin.deliveries import DeliveryAdmin
from titles.distribution.admin.grants import GrantAdmin
from titles.distribution.admin.partners import PartnerAdmin
from titles.distribution.admin.releases import ReleaseAdmin

__all__ = ["DeliveryAdmin", "GrantAdmin", "PartnerAdmin", "ReleaseAdmin"]
