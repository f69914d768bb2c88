"""An example partner: follows a studio's feed, checks every file that it leads to, and takes packs by webhook.

A program of its own that shares no code with Octavo: the standard library and ``standardwebhooks`` are all it needs.
docs/partners.md tells what it does, and how to run it.
"""
