import pytest

from tests.titles.jobs.wishing import run_out
from titles.jobs.folders import private_folder
from titles.jobs.models import Job


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


def test_a_job_has_an_empty_folder_of_its_own_for_a_while(job, home):
    with private_folder(next(Job.claimed("relay"))) as folder:
        (folder / "film.mp4").write_bytes(b"frames")
        assert folder.parent == home / "work"

    assert list((home / "work").iterdir()) == []


def test_the_folder_goes_with_an_exception_too(job, home):
    with pytest.raises(KeyError), private_folder(next(Job.claimed("relay"))):
        raise KeyError

    assert list((home / "work").iterdir()) == []


def test_what_a_dead_worker_left_is_removed_by_the_next(job, home):
    dead = next(Job.claimed("relay"))
    leftover = home / "work" / f"{dead.studio_id}.{dead.pk}.{dead.token}"
    leftover.mkdir(parents=True)
    (leftover / "half.mp4").write_bytes(b"half")
    run_out(dead)

    with private_folder(next(Job.claimed("relay"))) as folder:
        assert [path.name for path in (home / "work").iterdir()] == [folder.name]


def test_the_folder_of_a_living_worker_is_left_alone(job, home, tides, heiress):
    with private_folder(next(Job.claimed("relay"))) as folder:
        with job.scope():
            other = Job.enqueue("deliver", heiress)
        with private_folder(next(Job.claimed("deliver"))):
            assert folder.exists()

    assert other.kind == "deliver"
