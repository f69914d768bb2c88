"""What ``manage.py transcode`` leaves, in the hands of others: two parsers, a schema, two players."""

import json
import subprocess

import pytest
from django.core.management import call_command

from tests.browsing import CHROMIUM, browser, chromium
from tests.interop import FOLDER, NODE, missing
from tests.interop.pages import served
from tests.journeys.material import LANGUAGES
from tests.titles.media.footage import film, made
from tests.titles.media.test_dash import schema
from titles.media.manifests import MANIFEST

__all__ = ["browser", "chromium", "schema"]

pytestmark = [pytest.mark.journey, pytest.mark.media]

SECONDS = 14
WITHOUT_PARSERS = missing("hls-parser", "mp4box")
WITHOUT_PLAYERS = missing("hls.js", "shaka-player") or ("" if CHROMIUM else "Chromium is missing: apt install chromium")


def cue_file(folder, language, kind="full"):
    """A cue of two seconds every three seconds."""
    path = folder / f"{language}-{kind}.vtt"
    cues = [f"00:{s:02}.000 --> 00:{s + 2:02}.000\n{language} {kind} {s}\n" for s in range(0, SECONDS - 2, 3)]
    path.write_text("\n".join(["WEBVTT\n", *cues]))
    return path


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The folder of an episode with two rungs, a dub, and ten subtitle files in eight languages; its playlist."""
    folder = tmp_path_factory.mktemp("elsewhere")
    master = film(folder / "EP01.mp4", seconds=SECONDS, width_px=540, height_px=960)
    dub = made(folder / "EP01.es.wav", "-f", "lavfi", "-i", f"sine=frequency=300:duration={SECONDS}")
    wishes = [f"--subtitles={language}={cue_file(folder, language)}" for language in LANGUAGES]
    wishes += [f"--subtitles=en:{kind}={cue_file(folder, 'en', kind)}" for kind in ("sdh", "forced")]
    call_command(
        "transcode",
        *(str(master), str(folder / "made"), "--quality=preview", "--language=zh-Hans", f"--dub=es={dub}", *wishes),
    )
    (entrance,) = (folder / "made").glob("editions/*/master.m3u8")
    return folder / "made", entrance


@pytest.mark.skipif(bool(WITHOUT_PARSERS), reason=f"the parsers of others (1 test): {WITHOUT_PARSERS}")
def test_strict_parsers_find_everything_that_was_put_in(package):
    _, entrance = package
    told = subprocess.run([NODE, FOLDER / "check.mjs", entrance], capture_output=True, text=True, check=False)
    assert told.stderr == ""
    found = json.loads(told.stdout)

    assert (found["version"], sorted(found["sounds"]), len(found["subtitles"])) == (6, ["es", "zh-Hans"], 10)
    assert sorted(each["height"] for each in found["variants"]) == [640, 960]
    assert {round(each["seconds"]) for each in found["lists"].values()} == {SECONDS}
    codecs = {stream["codec"].partition(".")[0]: stream for stream in found["streams"].values()}
    assert (codecs["avc1"]["samples"], sorted(codecs)) == (25 * SECONDS, ["avc1", "mp4a"])
    assert all(stream["fragmented"] and "cmfc" in stream["brands"] for stream in found["streams"].values())


def test_the_manifest_is_valid_by_the_schema(package, schema):
    _, entrance = package

    schema.validate(str(entrance.with_name(MANIFEST)))


_HLS_JS = """async (address) => {
    const video = document.querySelector("video"), errors = [];
    const player = new Hls({ subtitleDisplay: true });
    // To give up a request, because another sound was chosen, is no error.
    player.on(Hls.Events.ERROR, (_, told) => told.details === "aborted" || errors.push(told.details));
    const listed = new Promise((done) => player.once(Hls.Events.MANIFEST_PARSED, done));
    player.loadSource(address);
    player.attachMedia(video);
    await listed;
    const language = (track) => track.lang.toLowerCase();
    window.player = {
        sounds: () => player.audioTracks.map(language).sort(),
        subtitles: () => player.subtitleTracks.length,
        read: () => { player.subtitleTrack = player.subtitleTracks.findIndex((track) => track.lang === "ar"); },
        listen: () => { player.audioTrack = player.audioTracks.findIndex((track) => track.lang === "es"); },
        sound: () => player.audioTracks[player.audioTrack].lang,
        errors: () => errors,
    };
}"""
_SHAKA = """async (address) => {
    const video = document.querySelector("video"), errors = [];
    const player = new shaka.Player();
    player.addEventListener("error", (event) => errors.push(event.detail.code));
    await player.attach(video);
    await player.load(address);
    window.player = {
        sounds: () => player.getAudioTracks().map((track) => track.language.toLowerCase()).sort(),
        subtitles: () => player.getTextTracks().length,
        read: () => player.selectTextTrack(player.getTextTracks().find((track) => track.language === "ar")),
        listen: () => player.selectAudioTrack(player.getAudioTracks().find((track) => track.language === "es")),
        sound: () => player.getAudioTracks().find((track) => track.active).language,
        errors: () => errors,
    };
}"""
_PLAYERS = {
    "hls.js": ("hls.js/dist/hls.min.js", _HLS_JS, "master.m3u8"),
    "shaka-player, HLS": ("shaka-player/dist/shaka-player.compiled.js", _SHAKA, "master.m3u8"),
    "shaka-player, DASH": ("shaka-player/dist/shaka-player.compiled.js", _SHAKA, MANIFEST),
}
#: Texts of the cues that are shown at this moment, in whichever way the player shows them.
_CUES = """() => [...document.querySelector("video").textTracks].filter((track) => track.mode !== "disabled")
    .flatMap((track) => [...(track.activeCues || [])].map((cue) => cue.text))"""


@pytest.mark.browser
@pytest.mark.skipif(bool(WITHOUT_PLAYERS), reason=f"the players of others (3 tests): {WITHOUT_PLAYERS}")
@pytest.mark.parametrize("name", _PLAYERS)
def test_players_play_and_seek_with_another_sound_and_subtitles(package, browser, name):
    folder, entrance = package
    script, start, manifest = _PLAYERS[name]
    with served(folder) as address:
        page = browser.new_page()
        page.goto(f"{address}/player")
        page.add_script_tag(url=f"{address}/npm/{script}")
        page.evaluate(start, f"{address}/film/{entrance.relative_to(folder).with_name(manifest).as_posix()}")
        page.evaluate("player.read()")  # shaka shows no cue of HLS once all of the picture is loaded
        page.evaluate("Object.assign(document.querySelector('video'), { playbackRate: 2 }).play()")
        page.wait_for_function("document.querySelector('video').currentTime > 5.2", timeout=60_000)
        listed = page.evaluate("[player.sounds(), player.subtitles()]")

        page.evaluate("player.listen()")
        page.wait_for_function("document.querySelector('video').currentTime > 6.5", timeout=60_000)
        page.evaluate("Object.assign(document.querySelector('video'), { playbackRate: 1, currentTime: 9.2 })")
        page.wait_for_function("document.querySelector('video').currentTime > 9.5", timeout=60_000)
        page.evaluate("document.querySelector('video').pause()")
        page.wait_for_function(f"({_CUES})().some((text) => text === 'ar full 9')", timeout=30_000)

        assert listed == [["es", "zh-hans"], 10]
        assert (page.evaluate("player.sound()"), page.evaluate("player.errors()")) == ("es", [])
