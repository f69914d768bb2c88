"""The reference load: studios with series, episodes and all that hangs on them, as the desk lists them.

It is written by the owner's login in statements of a hundred thousand rows, with triggers and foreign keys off: rows
are right by construction (benchmarks.inside.filling.key), and nobody reads the audit of a benchmark.
"""

import sys
import time
from dataclasses import dataclass

from django.db import connection

from benchmarks.inside import words
from benchmarks.inside.filling import fill, key, key_of
from cms.owner import as_owner
from localization.models import Track, Version
from studios.models import Change, Membership, Move, Studio, User
from studios.roles import Role
from studios.scope import scope
from titles.catalog.languages import METADATA_LANGUAGES, bcp47
from titles.catalog.models import Credit, Cut, Episode, Person, Series, SeriesTag, Tag
from titles.distribution.models import Deal, Delivery, Grant, Partner, Profile, Release, ReleaseCut
from titles.jobs.models import Job
from titles.media.models import AudioTrack, Edition, Finding, Master, Package

LANGUAGES = tuple(bcp47(code) for code, _name in METADATA_LANGUAGES)
STUDIOS = 10
PARTNERS = 6
#: Of each studio, whatever the size: enough for a page of fifty.
MEMBERS = TAGS = 60

_DIGEST = "encode(sha256(n::text::bytea), 'hex')"
_NEWER_WITH_N = "now() - interval '1 year' + interval '1 s' * n"


@dataclass(frozen=True)
class Size:
    series: int
    episodes_per_series: int

    @property
    def episodes(self) -> int:
        return self.series * self.episodes_per_series

    def series_of_episode(self, number: str) -> str:
        return f"(({number}) / {self.episodes_per_series})"

    def studio_of_episode(self, number: str) -> str:
        return studio_of_series(self.series_of_episode(number))


#: Both fill a page of fifty of every noun, so that what differs is how much lies behind it.
SMALL = Size(series=500, episodes_per_series=2)
LARGE = Size(series=2_000, episodes_per_series=80)


def studio_of_series(number: str) -> str:
    """Studios make series side by side, so no one's rows lie all together."""
    return f"(({number}) % {STUDIOS})"


def person_of(studio: int) -> User:
    """An owner of that studio, who may open every page."""
    return User.objects.get(pk=key_of(User, studio))


def seed(size: Size) -> None:
    """Fill the migrated, empty database of the default connection."""
    with as_owner():
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0; SET session_replication_role = replica")
        _index_texts_later(True)
        for room in (_studios, _catalog, _media, _localization, _distribution, _work, _history):
            started_s = time.monotonic()
            room(size)
            say(f"{size.episodes} episodes: {room.__name__.strip('_')} in {time.monotonic() - started_s:.0f} s")
        _index_texts_later(False)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _index_texts_later(is_wanted: bool) -> None:
    """Entries of texts are written row by row, as a desk needs them; millions are faster in heaps (until VACUUM)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname ~ '_texts$'")
        for (index,) in cursor.fetchall():
            cursor.execute(f"ALTER INDEX {index} SET (fastupdate = {is_wanted})")


def say(what: str) -> None:
    print(f"  {what}", file=sys.stderr, flush=True)


def _studios(size: Size) -> None:
    for number in range(STUDIOS):
        with scope(key_of(Studio, number)):
            Studio.objects.create(id=key_of(Studio, number), name=f"Studio {number}", slug=f"studio-{number}")
    people = STUDIOS * MEMBERS
    fill(
        User,
        people,
        studio=None,
        email="'person-' || n || '@octavo.example'",
        name=f"{words.name('n')} || ' ' || n",
        password="'!'",  # noqa: S106 - it fits no password
    )
    fill(Membership, people, studio=f"n % {STUDIOS}", user_id=key(User, "n"), roles=f"ARRAY['{Role.OWNER}']")


def _catalog(size: Size) -> None:
    mine = studio_of_series("n")
    fill(
        Series,
        size.series,
        studio=mine,
        slug="'series-' || n",
        franchise=words.name("n / 3"),
        created_at=_NEWER_WITH_N,
        **words.columns("title", "n"),
    )
    fill(
        Episode,
        size.episodes,
        studio=size.studio_of_episode("n"),
        series_id=key(Series, size.series_of_episode("n")),
        number=f"1 + n % {size.episodes_per_series}",
        created_at=_NEWER_WITH_N,
        **words.columns("title", "n * 7 + 3"),
    )
    fill(Cut, size.episodes, studio=size.studio_of_episode("n"), episode_id=key(Episode, "n"))
    people = 4 * size.series
    fill(Person, people, studio=studio_of_series("n / 4"), **words.columns("name", "n * 5 + 1"))
    fill(
        Credit,
        people,
        studio=studio_of_series("n / 4"),
        series_id=key(Series, "n / 4"),
        person_id=key(Person, "n"),
        billing="1 + n % 4",
        **words.columns("character", "n * 3"),
    )
    tags = STUDIOS * TAGS
    fill(Tag, tags, studio=studio_of_series("n"), slug="'tag-' || n", **words.columns("name", "n"))
    tag = f"n % {STUDIOS} + {STUDIOS} * ((n / {STUDIOS}) % {TAGS})"
    fill(SeriesTag, size.series, studio=mine, series_id=key(Series, "n"), tag_id=key(Tag, tag))


def _media(size: Size) -> None:
    mine = size.studio_of_episode("n")
    fill(AudioTrack, size.episodes, studio=mine, cut_id=key(Cut, "n"), language="'en'")
    fill(
        Master,
        size.episodes,
        studio=mine,
        cut_id=key(Cut, "n"),
        number="1",
        file="'masters/' || n || '.mp4'",
        original_name=f"{words.name('n')} || '_EP' || 1 + n % {size.episodes_per_series} || '.mp4'",
        size_bytes="40000000 + n",
        sha256=_DIGEST,
        uploaded_by_id=key(User, mine),
        uploaded_at=_NEWER_WITH_N,
        state=f"(ARRAY['{Master.State.ACCEPTED}', '{Master.State.NEEDS_WAIVER}'])[1 + (n % 50 = 0)::int]",
        inspection="""'{"verdict": "accepted", "probe": {"video": {"duration_ms": 90000}}}'::jsonb""",
    )
    fill(
        Finding,
        size.episodes // 50,
        studio=size.studio_of_episode("n * 50"),
        master_id=key(Master, "n * 50"),
        rule="'duration'",
        severity="'needs waiver'",
        sentence="'It lasts 150.0 s.'",
    )
    digests = {"poster_sha256": _DIGEST, "mezzanine_sha256": _DIGEST}
    measures = {name: "90000" for name in ("duration_ms", "frame_count", "mezzanine_bytes")}
    fill(
        Package,
        size.episodes,
        studio=mine,
        cut_id=key(Cut, "n"),
        master_id=key(Master, "n"),
        number="1",
        quality="'publish'",
        poster="'packages/' || n || '.jpg'",
        poster_width_px="720",
        poster_height_px="1280",
        mezzanine="'packages/' || n || '.mp4'",
        **digests,
        **measures,
    )
    fill(Edition, size.episodes, studio=mine, package_id=key(Package, "n"), digest=_DIGEST)


def _localization(size: Size) -> None:
    """Subtitles in every language for every episode, each one version, of a few cues' length."""
    per_episode = len(LANGUAGES)
    mine = size.studio_of_episode(f"n / {per_episode}")
    listed = ", ".join(f"'{tag}'" for tag in LANGUAGES)
    rows = size.episodes * per_episode
    fill(
        Track,
        rows,
        studio=mine,
        cut_id=key(Cut, f"n / {per_episode}"),
        language=f"(ARRAY[{listed}])[1 + n % {per_episode}]",
    )
    fill(
        Version,
        rows,
        studio=mine,
        track_id=key(Track, "n"),
        master_id=key(Master, f"n / {per_episode}"),
        number="1",
        state=f"(ARRAY['{Version.State.APPROVED}', '{Version.State.IN_REVIEW}'])[1 + (n % 100 = 0)::int]",
        document="'{\"cues\": []}'",
        digest=_DIGEST,
        cue_count="24",
        author_id=key(User, mine),
        original_name=f"{words.name(f'n / {per_episode}')} || '_EP' || n / {per_episode} || '.srt'",
        created_at=_NEWER_WITH_N,
    )


def _distribution(size: Size) -> None:
    partners = STUDIOS * PARTNERS
    fill(Profile, STUDIOS, studio="n", name="'Any'")
    fill(
        Partner,
        partners,
        studio=f"n % {STUDIOS}",
        name=f"{words.name('n')} || ' ' || n",
        slug="'partner-' || n",
        number=f"1 + n / {STUDIOS}",
        profile_id=key(Profile, f"n % {STUDIOS}"),
        feed_epoch=key(Partner, "n"),
    )
    fill(Deal, partners, studio=f"n % {STUDIOS}", partner_id=key(Partner, "n"), name="'Output deal'")
    grants_per_series = 3
    series = f"(n / {grants_per_series})"
    partner = f"(({series} % {STUDIOS}) + {STUDIOS} * (n % {grants_per_series}))"
    fill(
        Grant,
        size.series * grants_per_series,
        studio=studio_of_series(series),
        partner_id=key(Partner, partner),
        partner_number=f"1 + n % {grants_per_series}",
        series_id=key(Series, series),
        modes="ARRAY['coin']",
        episodes="'{(,)}'::int4multirange",
        territories="'{[1,200)}'::int4multirange",
        audio_languages="ARRAY['en']",
        subtitle_languages="ARRAY['en', 'es']",
        languages="'{[1,3)}'::int4multirange",
        term="tstzrange(now() - interval '1 year', NULL)",
        created_at=_NEWER_WITH_N,
    )
    mine = size.studio_of_episode("n")
    fill(
        Release,
        size.episodes,
        studio=mine,
        series_id=key(Series, size.series_of_episode("n")),
        episode_id=key(Episode, "n"),
        number="1",
        state=f"(ARRAY['{Release.State.APPROVED}', '{Release.State.IN_REVIEW}'])[1 + (n % 100 = 0)::int]",
        document="jsonb_build_object('titles', jsonb_build_object('en', n))",
        digest=_DIGEST,
        author_id=key(User, mine),
        submitted_at=_NEWER_WITH_N,
    )
    fill(
        ReleaseCut,
        size.episodes,
        studio=mine,
        release_id=key(Release, "n"),
        cut_id=key(Cut, "n"),
        edition_id=key(Edition, "n"),
    )
    fill(
        Delivery,
        size.episodes,
        studio=mine,
        partner_id=key(Partner, mine),
        release_id=key(Release, "n"),
        state=f"(ARRAY['{Delivery.State.DELIVERED}', '{Delivery.State.FAILED}'])[1 + (n % 200 = 0)::int]",
        created_at=_NEWER_WITH_N,
    )


def _work(size: Size) -> None:
    """A check and a transcoding per master; one in a thousand failed, none waits."""
    fill(
        Job,
        size.episodes * 2,
        studio=size.studio_of_episode("n / 2"),
        kind="(ARRAY['inspect', 'transcode'])[1 + n % 2]",
        subject_noun=f"'{Master._meta.label_lower}'",
        subject_id=key(Master, "n / 2"),
        state=f"(ARRAY['{Job.State.DONE}', '{Job.State.FAILED}'])[1 + (n % 1000 = 0)::int]",
        progress_permille="1000",
        tries="1",
        created_at=_NEWER_WITH_N,
    )


def _history(size: Size) -> None:
    """Two moves of each master, and one change of it with its row."""
    fill(
        Move,
        size.episodes * 2,
        studio=size.studio_of_episode("n / 2"),
        noun=f"'{Master._meta.label_lower}'",
        row_id=key(Master, "n / 2"),
        from_state="(ARRAY['', 'received'])[1 + n % 2]",
        to_state="(ARRAY['received', 'accepted'])[1 + n % 2]",
        person_id=key(User, size.studio_of_episode("n / 2")),
        at=_NEWER_WITH_N,
    )
    fill(
        Change,
        size.episodes,
        studio=size.studio_of_episode("n"),
        noun=f"'{Master._meta.label_lower}'",
        row_id=key(Master, "n"),
        operation="'insert'",
        person_id=key(User, size.studio_of_episode("n")),
        door="'admin'",
        at=_NEWER_WITH_N,
        row="jsonb_build_object('number', n)",
    )
