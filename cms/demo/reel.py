"""The sample series as a cutter sees it: which scene when, for how long, and how it is joined to the one before."""

from collections.abc import Callable
from dataclasses import dataclass

from cms.demo.painting import city, hospital, house, things
from cms.demo.painting.layers import Layer

Scene = Callable[[float], list[Layer]]
"""Paints a scene at a scale (pixels per unit): its layers from the back to the front."""


DISSOLVE_S = 0.4


@dataclass(frozen=True)
class Shot:
    """One scene for ``seconds``.

    ``dissolve`` blends it over the end of the shot before, instead of a cut. ``flashes`` are the seconds within
    the shot at which lightning strikes; ``flicker`` makes its light unsteady.
    """

    scene: Scene
    seconds: float
    dissolve: bool = False
    flashes: tuple[float, ...] = ()
    flicker: bool = False


@dataclass(frozen=True)
class Episode:
    """One chapter: its shots in order, and what is heard."""

    number: int
    frame_rate: int
    shots: tuple[Shot, ...]
    chords: tuple[str, ...]  # one for every four seconds, then from the beginning; names of score.CHORDS
    rain: float  # loudness of the rain from 0 to 1
    heart_bpm: int  # beats of a heart per minute; 0 for none

    @property
    def seconds(self) -> float:
        return sum(shot.seconds for shot in self.shots)

    @property
    def frames(self) -> int:
        return round(self.seconds * self.frame_rate)

    def frames_of(self, index: int) -> int:
        """Count the frames of a shot; one that the next dissolves over runs on beneath it."""
        seconds = self.shots[index].seconds
        if index + 1 < len(self.shots) and self.shots[index + 1].dissolve:
            seconds += DISSOLVE_S
        return round(seconds * self.frame_rate)

    @property
    def strikes_s(self) -> list[float]:
        """The seconds at which lightning strikes, from the start of the episode."""
        starts = [sum(shot.seconds for shot in self.shots[:index]) for index in range(len(self.shots))]
        return [start + flash for start, shot in zip(starts, self.shots, strict=True) for flash in shot.flashes]


EPISODES = (
    Episode(
        number=1,
        frame_rate=25,
        shots=(
            Shot(city.skyline, 7, flashes=(0.9,)),
            Shot(city.van, 8, dissolve=True),
            Shot(things.envelope, 8),
            Shot(house.door, 8, dissolve=True, flashes=(1.0, 1.2)),
            Shot(house.stairs, 9),
            Shot(house.rivals, 8, flashes=(0.3, 0.5, 5.2)),
            Shot(things.photograph, 6, dissolve=True),
            Shot(house.revelation, 6, flashes=(0.1, 3.6, 3.8)),
        ),
        chords=("Dm", "Bb", "F", "C", "Dm", "Bb", "Gm", "A"),
        rain=0.5,
        heart_bpm=60,
    ),
    Episode(
        number=2,
        frame_rate=25,
        shots=(
            Shot(city.office, 6),
            Shot(things.contract, 6, dissolve=True),
            Shot(city.bargain, 8),
        ),
        chords=("Gm", "Dm", "Bb", "A"),
        rain=0.12,
        heart_bpm=72,
    ),
    Episode(
        number=3,
        frame_rate=30,
        shots=(
            Shot(hospital.corridor, 6, flicker=True),
            Shot(hospital.bedside, 7, dissolve=True),
            Shot(hospital.shadow_at_the_door, 7, flashes=(0.1,)),
        ),
        chords=("Dm", "Gm", "Bb", "A"),
        rain=0.08,
        heart_bpm=96,
    ),
)
