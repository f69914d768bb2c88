"""Workers that die or freeze in the middle of an episode of three chunks; `manage.py benchmark faults` tries more."""

import random

import pytest

from benchmarks.inside import faults

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_five_workers_die_and_one_wakes_too_late_and_each_episode_is_made_once(
    lantern, tmp_path, settings, monkeypatch
):
    settings.TRANSCODE_QUALITY = "preview"
    monkeypatch.setenv("OCTAVO_QUALITY", "preview")
    trial = faults.Trial(lantern, faults.tiny_film(tmp_path), random.Random(4))

    faults.kill_many_workers(trial, times=5)
    faults.give_a_job_to_two(trial)
