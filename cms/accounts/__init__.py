"""Accounts of people: what allauth and axes are told about this product, and the pages that they stand on."""
