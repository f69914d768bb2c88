import hashlib
import io
import json
from fractions import Fraction

import m3u8
import pytest

from studios.models import MovedOn
from studios.scope import scope
from tests.titles.media.footage import film, made
from titles.jobs.leasing import leased
from titles.jobs.models import Job
from titles.media import storing
from titles.media.composing import compose, compose_for
from titles.media.hearing import NotSound
from titles.media.ladder import Cadence
from titles.media.laying_back import lay_back
from titles.media.models import AudioTrack, Layback, Master, Mix, MixFile, Package, Rendition, Stream
from titles.media.models.mix import NotFit, OwnMix
from titles.media.models.package import packages_storage
from titles.media.packaging import SHELF, package_picture, package_sound
from titles.media.receiving_sound import KnownSound, NoStem, SentFile, receive_mix
from titles.media.streams import STREAM
from titles.media.waveform import PEAKS
from titles.media.workshop import Programs, Workshop

pytestmark = pytest.mark.media

PAL = Cadence(Fraction(25))


@pytest.fixture(scope="module")
def packaged(tmp_path_factory):
    """A real rung and its sound, of two seconds, with their facts."""
    folder = tmp_path_factory.mktemp("packaged")
    workshop = Workshop(folder, Programs.found())
    rhythm = ["-g", "50", "-keyint_min", "50", "-sc_threshold", "0"]
    rung = film(folder / "rung.mp4", sound=None, options=rhythm)
    sound = film(folder / "sound.mp4", options=["-vn"])
    packets = int(workshop.streams_of("test", sound, "nb_frames")[0]["nb_frames"])
    picture = package_picture(workshop, rung, cadence=PAL, frame_count=50)
    return folder / SHELF, picture, package_sound(workshop, sound, cadence=PAL, packet_count=packets)


def put_on_shelf(cut, packaged, number=1):
    """A package of ``cut`` with one real rung and the original sound."""
    shelf, picture, sound = packaged
    with scope(cut.studio_id):
        master = Master.objects.create(
            cut=cut, number=number, file="m.mp4", original_name="m.mp4", size_bytes=1, sha256=f"{cut.pk}{number}"[:64]
        )
        package = Package.objects.create(
            **{"cut": cut, "master": master, "number": number, "quality": "preview", "duration_ms": 2_000},
            **{"frame_count": 50, "poster_width_px": 216, "poster_height_px": 384, "poster_sha256": "one"},
            **{"mezzanine": "first.mp4", "mezzanine_bytes": 1, "mezzanine_sha256": "", "poster": "one.jpg"},
            posters=[{"file": f"{name}.jpg", "at_ms": at_ms, "sha256": name} for name, at_ms in POSTERS],
        )
        original, _made = AudioTrack.objects.get_or_create(cut=cut, language="zh-Hans")
        for facts, track in ((picture, None), (sound, original)):
            stream = Stream.objects.get_or_create(
                digest=facts.digest, defaults={"kind": facts.kind, "facts": facts.to_json(), "size_bytes": 1}
            )[0]
            storing.keep_folder(packages_storage(), stream.folder(), shelf / facts.digest)
            Rendition.objects.create(package=package, stream=stream, audio_track=track)
        return package


POSTERS = (("one", 0), ("two", 4_000))


@pytest.fixture
def package(cut, packaged):
    return put_on_shelf(cut, packaged)


@pytest.fixture(scope="session")
def sounds(tmp_path_factory):
    """Files of two seconds as a dubbing house sends them, by what they are."""
    folder = tmp_path_factory.mktemp("sounds")
    wanted = {
        "dub": "aevalsrc=0.1*sin(2*PI*300*t):s=48000:d=2",
        "better": "aevalsrc=0.1*sin(2*PI*400*t):s=48000:d=2",
        "music": "aevalsrc=0.1*sin(2*PI*900*t):s=48000:d=2",
        "short": "aevalsrc=0.1*sin(2*PI*300*t):s=48000:d=1",
        "silent": "anullsrc=d=2",
    }
    return {
        name: made(folder / f"{name}.wav", "-f", "lavfi", "-i", source).read_bytes() for name, source in wanted.items()
    }


@pytest.fixture
def send(cut, sounds, producer):
    def send(name="dub", *, language="es", role="dub", part="whole", **other):
        files = {part: SentFile(io.BytesIO(sounds[name]), f"{name}.wav")}
        return receive_mix(files, cut=cut, language=language, role=role, by=producer, **other)

    return send


def work():
    for kind, verb in (("encode sound", lay_back), ("compose", lambda job, _lease: compose_for(job))):
        for job in Job.claimed(kind):
            with leased(job) as lease:
                verb(job, lease)


def approved(mix, reviewer):
    with scope(mix.studio_id):
        mix = Mix.objects.get(pk=mix.pk)
        mix.submit(by=mix.author)
        return mix.approve(by=reviewer)


def newest(cut):
    with scope(cut.studio_id):
        return Package.objects.filter(cut=cut).newest_first().first()


def listed(cut, stores):
    """Name and language of every sound in the newest edition's playlist, the default one first."""
    edition = compose(cut)
    text = (stores / "packages" / edition.folder() / "master.m3u8").read_text()
    return [(sound.name, sound.language, sound.default) for sound in m3u8.loads(text).media]


def files_below(folder):
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


def test_an_approved_dub_is_in_the_next_edition_and_no_byte_of_picture_is_written(cut, package, send, reviewer, stores):
    compose(cut)
    before = files_below(stores / "packages")

    mix = send()
    work()
    approved(mix, reviewer)
    work()

    assert listed(cut, stores) == [("简体中文", "zh-Hans", "YES"), ("Español (dub)", "es", "NO")]
    with scope(cut.studio_id):
        assert [stream.pk for stream in newest(cut).pictures()] == [stream.pk for stream in package.pictures()]
        assert newest(cut).number == 2
    after = files_below(stores / "packages")
    assert {path: after[path] for path in before} == before


def test_nothing_is_in_an_edition_before_it_is_approved(cut, package, send, stores):
    send()
    work()

    assert listed(cut, stores) == [("简体中文", "zh-Hans", "YES")]
    assert newest(cut) == package


def test_a_mix_can_be_heard_before_it_is_approved(cut, package, send, stores):
    mix = send()
    work()

    with scope(cut.studio_id):
        layback = Layback.objects.get(mix=mix)
        folder = stores / "packages" / layback.stream.folder()
        facts = layback.stream.facts
    assert {STREAM, PEAKS} < {path.name for path in folder.iterdir()}
    assert json.loads((folder / PEAKS).read_text())["length"] == pytest.approx(200, abs=3)
    assert facts["duration_ms"] == pytest.approx(2_000, abs=22)


def test_a_dub_has_a_mezzanine_of_its_own(cut, package, send, stores):
    mix = send()
    work()

    with scope(cut.studio_id):
        layback = Layback.objects.get(mix=mix)
    content = (stores / "packages" / layback.mezzanine.name).read_bytes()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (layback.mezzanine_bytes, layback.mezzanine_sha256)


def test_the_check_writes_down_what_it_measured_and_found(cut, package, send):
    mix = send("short")
    work()

    with scope(cut.studio_id):
        mix = Mix.objects.get(pk=mix.pk)
        assert [(each.rule, each.measured, each.limit) for each in mix.findings()] == [
            ("length", 1_000, 2_000),
            ("channels", 1, 2),
        ]
        assert mix.loudness_lufs() == pytest.approx(-23, abs=2)


def test_what_is_outside_a_limit_is_approved_with_a_reason_alone(cut, package, send, reviewer):
    mix = send("short")
    work()
    with scope(cut.studio_id):
        mix = Mix.objects.get(pk=mix.pk)
        mix.submit(by=mix.author)
        with pytest.raises(NotFit, match="say why"):
            mix.approve(by=reviewer)

        mix.approve_despite_findings(by=reviewer, why="The end is silent.")

        assert [(move.to_state, move.why) for move in mix.moves()][-1] == ("approved", "The end is silent.")


def test_what_is_of_no_use_is_never_submitted(cut, package, send):
    mix = send("silent")
    work()

    with scope(cut.studio_id):
        mix = Mix.objects.get(pk=mix.pk)
        with pytest.raises(NotFit, match="of no use"):
            mix.submit(by=mix.author)
        assert not Layback.objects.exists()


def test_nobody_approves_their_own_mix(cut, package, send, producer):
    mix = send()
    work()
    with scope(cut.studio_id):
        mix = Mix.objects.get(pk=mix.pk)
        mix.submit(by=producer)
        with pytest.raises(OwnMix):
            mix.approve(by=producer)
        with pytest.raises(OwnMix):
            mix.ask_for_changes(by=producer, why="No.")


def test_of_two_reviewers_the_second_is_told(cut, package, send, reviewer, second_reviewer):
    mix = approved_or_in_review = send()
    work()
    with scope(cut.studio_id):
        mix = Mix.objects.get(pk=mix.pk)
        mix.submit(by=mix.author)
        opened_in_another_tab = Mix.objects.get(pk=approved_or_in_review.pk)
        mix.approve(by=reviewer)
        with pytest.raises(MovedOn):
            opened_in_another_tab.ask_for_changes(by=second_reviewer, why="Too fast.")


def test_the_newest_approved_mix_of_a_track_is_heard(cut, package, send, reviewer):
    first = send()
    second = send("better")
    work()
    approved(first, reviewer)
    approved(second, reviewer)
    work()

    with scope(cut.studio_id):
        dub = newest(cut).sounds().get(audio_track__language="es")
        assert dub.stream_id == Layback.objects.get(mix=second).stream_id


def test_stems_make_a_dub_together(cut, package, send, reviewer):
    music = send("music", language="zxx", role="music and effects")
    work()
    approved(music, reviewer)

    mix = send("dub", part="dialogue", on_music_and_effects_of_cut=True)
    work()

    with scope(cut.studio_id):
        assert sorted(mix.files.values_list("part", flat=True)) == ["dialogue", "music and effects"]
        assert sorted(Mix.objects.get(pk=mix.pk).inspection["heard"]) == ["dialogue", "music and effects"]
        assert Layback.objects.filter(mix=mix).count() == 1


def test_a_stem_that_the_cut_does_not_have_is_refused(cut, package, send, stores):
    with pytest.raises(NoStem):
        send(part="dialogue", on_music_and_effects_of_cut=True)

    assert list((stores / "masters").rglob("*.wav")) == []


def test_a_dub_that_comes_before_the_picture_is_laid_when_it_is_there(cut, packaged, send):
    mix = send()
    work()
    with scope(cut.studio_id):
        assert Mix.objects.get(pk=mix.pk).inspection is not None
        assert not Layback.objects.exists()

    put_on_shelf(cut, packaged)
    with scope(cut.studio_id):
        Job.enqueue("encode sound", cut)
    work()

    with scope(cut.studio_id):
        assert Layback.objects.filter(mix=mix).count() == 1


def test_the_job_done_twice_makes_one_layback(cut, package, send):
    send()
    work()
    with scope(cut.studio_id):
        Job.enqueue("encode sound", cut)
    work()

    with scope(cut.studio_id):
        assert Layback.objects.count() == 1
        assert set(Job.objects.values_list("state", flat=True)) == {"done"}


def test_the_same_file_twice_is_one_mix(cut, package, send, stores):
    assert send() == send()
    assert len(list((stores / "masters").rglob("*.wav"))) == 1


def test_one_file_cannot_be_two_languages(cut, package, send):
    send()

    with pytest.raises(KnownSound, match="es"):
        send(language="fr")


def test_what_is_no_sound_is_not_kept(cut, package, producer, stores):
    with pytest.raises(NotSound):
        receive_mix(
            {MixFile.Part.WHOLE: SentFile(io.BytesIO(b"#EXTM3U"), "dub.wav")},
            cut=cut,
            language="es",
            role="dub",
            by=producer,
        )

    assert not (stores / "masters").exists()


def test_a_remixed_original_is_in_the_mezzanine_of_partners(cut, package, send, reviewer):
    mix = send(language="zh-Hans", role="original")
    work()
    approved(mix, reviewer)
    work()

    with scope(cut.studio_id):
        layback = Layback.objects.get(mix=mix)
        assert newest(cut).mezzanine == layback.mezzanine
        assert [row.stream_id for row in newest(cut).sounds()] == [layback.stream_id]


def test_another_poster_makes_the_next_package_and_a_new_edition(cut, package, producer):
    first = compose(cut)
    with scope(cut.studio_id, person=producer):
        package.choose_poster(4_000, by=producer)
    work()

    edition = compose(cut)
    assert (edition.digest, edition.pk != first.pk) == (first.digest, True)
    with scope(cut.studio_id):
        assert (edition.package.poster.name, edition.package.poster_sha256) == ("two.jpg", "two")
        assert Package.objects.get(pk=package.pk).poster.name == "one.jpg"


def test_a_poster_of_a_film_that_was_replaced_is_refused(cut, package, packaged, producer):
    put_on_shelf(cut, packaged, number=2)
    with scope(cut.studio_id), pytest.raises(MovedOn):
        package.choose_poster(4_000, by=producer)


def test_another_studio_sees_no_mix(cut, package, send, harbor):
    send()
    work()

    with scope(harbor):
        assert [list(Mix.objects.all()), list(MixFile.objects.all()), list(Layback.objects.all())] == [[], [], []]
