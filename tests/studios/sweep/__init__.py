"""Lantern's rows, marked; every address of Octavo; and people who must not come upon the mark."""
