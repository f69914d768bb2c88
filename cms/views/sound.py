"""The sound of an episode: its audio tracks with their mixes, and the form by which a mix comes in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminSelectWidget

from cms.middleware import active_studio_id
from cms.views.uploads import may_upload
from studios.scope import scope
from studios.showing import badge
from titles.catalog.languages import OWN_NAMES, language_name
from titles.catalog.models import Cut, Episode
from titles.media import playback
from titles.media.hearing import NotSound
from titles.media.models import AudioTrack, Layback, Mix, MixFile
from titles.media.models.audio_track import NO_WORDS
from titles.media.receiving import NoRoom, TooLarge
from titles.media.receiving_sound import KnownSound, NoStem, SentFile, receive_mix
from titles.media.sound_admin import badge_of
from titles.media.streams import STREAM
from titles.media.wording import told


@dataclass(frozen=True)
class SoundLine:
    """A line of the table of sounds: a track with its newest mix; the original has none, it comes with the master."""

    track: AudioTrack
    is_heard: bool
    """Whether some sound of the track is in the newest package."""
    mix: Mix | None = None
    address: str = ""
    findings: Any = ()
    buttons: Any = ()

    @property
    def name(self) -> str:
        return str(_("without words")) if self.track.language == NO_WORDS else language_name(self.track.language)

    @property
    def standing(self) -> str:
        if self.mix is None:
            return badge("done", _now("from the master"))
        if self.mix.inspection is None:
            return badge("running", _now("is being checked"))
        if self.mix.is_of_no_use():
            return badge("rejected", _now("of no use"))
        return badge(self.mix.state, self.mix.get_state_display())


def lines_of(cut: Cut | None, desk: Any, request: Any) -> list[SoundLine]:
    """Every audio track of ``cut``, the original first; ``desk`` is the admin of mixes."""
    return list(_lines(cut, desk, request)) if cut else []


def _lines(cut: Cut, desk: Any, request: Any) -> Iterator[SoundLine]:
    tracks = AudioTrack.objects.filter(cut=cut)
    mixes = Mix.objects.of_cut(cut).select_related("author", "audio_track__cut").order_by("audio_track", "-number")
    newest = {mix.audio_track_id: mix for mix in mixes.distinct("audio_track")}
    laybacks = Layback.objects.filter(mix__in=newest.values()).select_related("stream").order_by("created_at", "id")
    streams = {layback.mix_id: layback.stream for layback in laybacks}
    package = cut.packages.newest_first().first()
    heard = set(package.sounds().values_list("audio_track", flat=True)) if package else set()
    for track in sorted(tracks, key=lambda track: (track.role != AudioTrack.Role.ORIGINAL, track.language, track.role)):
        mix = newest.get(track.pk)
        if mix is None:
            yield SoundLine(track, track.pk in heard)
            continue
        stream = streams.get(mix.pk)
        yield SoundLine(
            track,
            track.pk in heard,
            mix,
            playback.file_address(stream.studio_id, f"{stream.folder()}/{STREAM}") if stream else "",
            [(badge_of(finding.severity), told(finding)) for finding in mix.findings()],
            desk.buttons_for(request, mix),
        )


class SoundForm(forms.Form):
    """A whole mix, or a dialogue stem with the music and effects that it is laid on."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[*OWN_NAMES.items(), (NO_WORDS, _("without words"))],
        widget=UnfoldAdminSelectWidget(),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=AudioTrack.Role.choices, initial=AudioTrack.Role.DUB, widget=UnfoldAdminSelectWidget()
    )
    file = forms.FileField(label=_("Whole mix, or dialogue stem"))
    music_and_effects = forms.FileField(label=_("Music and effects stem"), required=False)
    on_music_and_effects_of_cut = forms.BooleanField(
        label=_("It is a dialogue stem; lay it on the approved music and effects of this episode"), required=False
    )

    template_name = "desk/episode/sound_form.html"

    def sent(self) -> dict[Any, SentFile]:
        """The files by what they are."""
        file, stem = self.cleaned_data["file"], self.cleaned_data["music_and_effects"]
        if stem is None and not self.cleaned_data["on_music_and_effects_of_cut"]:
            return {MixFile.Part.WHOLE: SentFile(file, file.name)}
        files = {MixFile.Part.DIALOGUE: SentFile(file, file.name)}
        return files | ({MixFile.Part.MUSIC_AND_EFFECTS: SentFile(stem, stem.name)} if stem else {})


@login_required
@require_POST
def sound(request: Any, episode_id: str) -> HttpResponse:
    """Take a mix for an episode's default cut, outside the scope of a request, and return to the episode's page."""
    cut = _cut_to_fill(request, episode_id)
    form = SoundForm(request.POST, request.FILES)
    if form.is_valid():
        _take(request, form, cut)
    else:
        messages.warning(request, _("Choose a language, a role and a file first."))
    return HttpResponseRedirect(f"{reverse('admin:catalog_episode_change', args=[episode_id])}?tab=sound")


def _take(request: Any, form: SoundForm, cut: Cut) -> None:
    wish = form.cleaned_data
    try:
        mix = receive_mix(
            form.sent(),
            cut=cut,
            language=wish["language"],
            role=wish["role"],
            by=request.user,
            on_music_and_effects_of_cut=wish["on_music_and_effects_of_cut"] and not wish["music_and_effects"],
        )
        messages.success(request, _now("%s has arrived and is checked now.") % mix)
    except NotSound as reason:
        messages.warning(request, told(reason))
    except (TooLarge, NoRoom, KnownSound, NoStem) as reason:
        messages.warning(request, str(reason))


def _cut_to_fill(request: Any, episode_id: str) -> Cut:
    """The cut that the files are for, if this person may upload. A short scope, closed before the files move."""
    studio_id = active_studio_id(request)
    if studio_id is None or not may_upload(request):
        raise PermissionDenied
    with scope(studio_id, person=request.user, door="admin"):
        episode = Episode.objects.filter(pk=episode_id).first()
        if episode is None:
            raise Http404
        return episode.default_cut()
