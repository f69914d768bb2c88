from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import Notice, StatefulRow, StudioRow
from studios.notices import tell
from titles.jobs.models import Job
from titles.media.judging import Finding, Severity
from titles.media.models.audio_track import AudioTrack
from titles.media.models.master import masters_storage
from titles.media.models.package import Package, Stream, packages_storage


class OwnMix(Exception):
    """Whoever brought a mix may not approve it or send it back."""


class NotFit(Exception):
    """The mix cannot go on: not checked yet, of no use, or outside a limit without a reason why it goes on."""


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in review", _("in review")
    CHANGES_REQUESTED = "changes requested", _("changes requested")
    APPROVED = "approved", _("approved")


class MixQuerySet(models.QuerySet["Mix"]):
    def newest_first(self) -> "MixQuerySet":
        return self.order_by("-number", "id")

    def of_cut(self, cut: Any) -> "MixQuerySet":
        return self.filter(audio_track__cut=cut)

    def approved(self) -> "MixQuerySet":
        return self.filter(state=State.APPROVED)


class Mix(StatefulRow):
    """What somebody mixed for an audio track, numbered: one file, or stems. Only its state and its check ever move."""

    State = State

    audio_track: Any = models.ForeignKey(
        AudioTrack, on_delete=models.PROTECT, db_constraint=False, related_name="mixes", verbose_name=_("audio track")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    #: What was measured in its files ("heard") and found ("findings"), as titles.media.judging_sound has it; None
    #: before the check.
    inspection = models.JSONField(null=True)

    objects = MixQuerySet.as_manager()

    class Meta:
        verbose_name = _("mix")
        verbose_name_plural = _("mixes")
        constraints = [
            parent(),
            SameStudio(field="audio_track"),
            models.UniqueConstraint(fields=["studio", "audio_track", "number"], name="one_mix_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.audio_track}, v{self.number}"

    def findings(self) -> list[Finding]:
        """What was found, the gravest first; nothing before the check."""
        return [Finding.from_json(stored) for stored in (self.inspection or {}).get("findings", [])]

    def loudness_lufs(self) -> float | None:
        """How loud its only file is; stems alone say nothing."""
        heard = list((self.inspection or {}).get("heard", {}).values())
        loudness = heard[0]["loudness"] if len(heard) == 1 else None
        return loudness["integrated_lufs"] if loudness else None

    def is_of_no_use(self) -> bool:
        return any(finding.severity == Severity.REJECT for finding in self.findings())

    def is_outside_limits(self) -> bool:
        return any(finding.severity == Severity.WAIVER for finding in self.findings())

    def submit(self, *, by: Any) -> "Mix":
        """Ask for a review. Raises NotFit, MovedOn."""
        if self.inspection is None:
            raise NotFit(_now("%(mix)s is still being checked; submit it in a moment.") % {"mix": self})
        if self.is_of_no_use():
            raise NotFit(_now("%(mix)s is of no use; upload another file.") % {"mix": self})
        return self.move(State.DRAFT, State.IN_REVIEW, by=by)

    def approve(self, *, by: Any) -> "Mix":
        """Accept it; the next edition has it. Raises OwnMix, NotFit, MovedOn."""
        if self.is_outside_limits():
            raise NotFit(_now("%(mix)s is outside a limit; say why it is approved all the same.") % {"mix": self})
        return self._approved(by=by)

    def approve_despite_findings(self, *, by: Any, why: str) -> "Mix":
        """Accept it though it is outside a limit. Raises OwnMix, MovedOn."""
        return self._approved(by=by, why=why)

    def _approved(self, *, by: Any, why: str = "") -> "Mix":
        self._refuse_author(by)
        with transaction.atomic():
            self.move(State.IN_REVIEW, State.APPROVED, by=by, why=why)
            Job.enqueue("compose", self.audio_track.cut, by=by)
        return self

    def ask_for_changes(self, *, by: Any, why: str) -> "Mix":
        """Send it back with a reason. Raises OwnMix, MovedOn."""
        self._refuse_author(by)
        with transaction.atomic():
            self.move(State.IN_REVIEW, State.CHANGES_REQUESTED, by=by, why=why)
            tell(self.author, Notice.Kind.REFUSAL, self, _("%(row)s was sent back: %(why)s"), by=by, why=why)
        return self

    def _refuse_author(self, by: Any) -> None:
        if by == self.author:
            raise OwnMix(_now("You uploaded %(mix)s, so somebody else has to review it.") % {"mix": self})


class Part(models.TextChoices):
    """As titles.media.judging_sound.Part."""

    WHOLE = "whole", _("the whole mix")
    DIALOGUE = "dialogue", _("dialogue stem")
    MUSIC_AND_EFFECTS = "music and effects", _("music and effects stem")


class MixFile(StudioRow):
    """A file of a mix as it was delivered: all of it, or one stem. Never changed."""

    Part = Part

    mix: Any = models.ForeignKey(Mix, on_delete=models.CASCADE, db_constraint=False, related_name="files")
    part = models.CharField(_("part"), max_length=20, choices=Part.choices, default=Part.WHOLE)
    file = models.FileField(_("file"), storage=masters_storage, max_length=200)
    original_name = models.CharField(_("name when uploaded"), max_length=255)
    size_bytes = models.BigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("file of a mix")
        verbose_name_plural = _("files of a mix")
        constraints = [
            SameStudio(field="mix"),
            models.UniqueConstraint(fields=["studio", "mix", "part"], name="one_file_per_part_of_a_mix"),
        ]

    def __str__(self) -> str:
        return self.original_name


class LaybackQuerySet(models.QuerySet["Layback"]):
    def current_on(self, package: Package) -> "LaybackQuerySet":
        """Of each audio track the newest approved mix that is laid to the picture of ``package``."""
        picture = package.top_picture()
        approved = self.filter(picture=picture, mix__state=State.APPROVED, mix__audio_track__cut=package.cut_id)
        newest = approved.order_by("mix__audio_track", "-mix__number").distinct("mix__audio_track")
        return newest.select_related("mix__audio_track", "stream")


class Layback(StudioRow):
    """A mix laid to one picture: the stream that is as long as it is, and the mezzanine of both. Never changed."""

    mix: Any = models.ForeignKey(Mix, on_delete=models.PROTECT, db_constraint=False, related_name="laybacks")
    picture: Any = models.ForeignKey(Stream, on_delete=models.PROTECT, db_constraint=False, related_name="laybacks")
    stream: Any = models.ForeignKey(Stream, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    mezzanine = models.FileField(_("mezzanine"), storage=packages_storage, max_length=200)
    mezzanine_bytes = models.BigIntegerField()
    mezzanine_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = LaybackQuerySet.as_manager()

    class Meta:
        verbose_name = _("layback")
        verbose_name_plural = _("laybacks")
        constraints = [
            SameStudio(field="mix"),
            SameStudio(field="picture"),
            SameStudio(field="stream"),
            models.UniqueConstraint(fields=["studio", "mix", "picture"], name="one_layback_per_mix_and_picture"),
        ]

    def __str__(self) -> str:
        return str(self.mix)


def with_current_sounds(package: Package) -> Package:
    """Return ``package``, or the next one of its cut that has the approved mixes in it. Lock the cut before."""
    laybacks = {layback.mix.audio_track: layback for layback in Layback.objects.current_on(package)}
    has = {row.audio_track: row.stream_id for row in package.sounds()}
    if {**has, **{track: layback.stream_id for track, layback in laybacks.items()}} == has:
        return package
    return package.followed_by(dict(_sounds(package, laybacks)), **_mezzanine(laybacks))


def _sounds(package: Package, laybacks: dict[AudioTrack, Layback]) -> Iterator[tuple[AudioTrack, Stream]]:
    yield from ((row.audio_track, row.stream) for row in package.sounds())
    yield from ((track, layback.stream) for track, layback in laybacks.items())


def _mezzanine(laybacks: dict[AudioTrack, Layback]) -> dict[str, Any]:
    """The original, mixed anew, is what partners get in the mezzanine."""
    originals = [layback for track, layback in laybacks.items() if track.role == AudioTrack.Role.ORIGINAL]
    return {
        name: getattr(layback, name)
        for layback in originals
        for name in ("mezzanine", "mezzanine_bytes", "mezzanine_sha256")
    }
