"""Music, heart and weather of the sample film, as ffmpeg's own sound sources: no recording is used."""

from cms.demo.reel import Episode

BAR_S = 4
SAMPLE_RATE = 48_000
CHORDS = {
    "Dm": (146.83, 174.61, 220.00),
    "Bb": (116.54, 174.61, 233.08),
    "F": (130.81, 174.61, 220.00),
    "C": (130.81, 164.81, 196.00),
    "Gm": (98.00, 146.83, 233.08),
    "A": (110.00, 164.81, 277.18),
}
"""Three notes in hertz, the lowest first."""
ARPEGGIO = (0, 1, 2, 1, 0, 2, 1, 2)  # which note of the chord sounds, every half second
_BOTH_SIDES = "pan=stereo|c0=c0|c1=c0"


def graph(episode: Episode, name: str) -> str:
    """Return the part of a filter graph that ends in the stereo sound ``[name]`` of the episode."""
    length_s = episode.seconds
    weather = f"d={length_s}:r={SAMPLE_RATE}"
    return ";".join(
        [
            f"{_played(_strings(episode), length_s)},tremolo=f=4.6:d=0.12,haas=side_gain=0.7[strings]",
            f"{_played(_bells(episode), length_s)},pan=stereo|c0=0.9*c0|c1=0.7*c0"
            ",aecho=0.8:0.6:190|370:0.4|0.25[bells]",
            f"{_played(_heart(episode.heart_bpm), length_s)},{_BOTH_SIDES}[heart]",
            f"anoisesrc=c=pink:seed=11:{weather},highpass=500,lowpass=7000,volume={0.22 * episode.rain:.3f}"
            f",{_BOTH_SIDES},haas=side_gain=0.6[rain]",
            f"anoisesrc=c=brown:seed=12:{weather},lowpass=160,volume='{_struck(episode.strikes_s)}':eval=frame"
            f",{_BOTH_SIDES}[thunder]",
            "[strings][bells][heart][rain][thunder]amix=inputs=5:normalize=0:duration=longest"
            f",atrim=end={length_s},afade=t=in:d=0.3,afade=t=out:st={length_s - 0.4}:d=0.4,alimiter=limit=0.7:level=0"
            f",aformat=sample_fmts=fltp:sample_rates={SAMPLE_RATE}:channel_layouts=stereo[{name}]",
        ]
    )


def _played(expression: str, length_s: float) -> str:
    """Compute a voice at a low rate: none of them goes above 3 kHz, and every sample costs."""
    return f"aevalsrc='{expression}':s={SAMPLE_RATE // 6}:d={length_s},aresample={SAMPLE_RATE}"


def _strings(episode: Episode) -> str:
    """Return a chord that swells and dies within every bar, so that no change of chord clicks."""
    pitches = ";".join(f"st({part},2*PI*{_note(episode, part)})" for part in range(3))
    notes = "+".join(f"sin(t*ld({part}))+0.35*sin(2.004*t*ld({part}))" for part in range(3))
    return f"{pitches};0.062*pow(sin(PI*mod(t,{BAR_S})/{BAR_S}),0.5)*({notes})"


def _bells(episode: Episode) -> str:
    """Return plucked notes of the chord, two a second and two octaves up."""
    pitches = ";".join(f"st({part},8*PI*{_note(episode, part)})" for part in range(3))
    chosen = _by_turns("mod(floor(2*t),8)", [f"ld({part})" for part in ARPEGGIO])
    ring = "exp(-5*mod(t,0.5))*min(1,mod(t,0.5)*200)"
    return f"{pitches};st(3,{chosen}*mod(t,0.5));0.085*{ring}*(sin(ld(3))+0.4*sin(2*ld(3)))"


def _note(episode: Episode, part: int) -> str:
    """Return the pitch in hertz of one note of the chord of the moment."""
    pitches = [f"{CHORDS[chord][part]}" for chord in episode.chords]
    return _by_turns(f"mod(floor(t/{BAR_S}),{len(pitches)})", pitches)


def _by_turns(index: str, values: list[str]) -> str:
    """Return an expression for the value at ``index``.

    >>> _by_turns("n", ["a", "b", "c"])
    'if(eq(n,0),a,if(eq(n,1),b,c))'
    """
    chosen = values[-1]
    for number, value in reversed(list(enumerate(values[:-1]))):
        chosen = f"if(eq({index},{number}),{value},{chosen})"
    return chosen


def _heart(bpm: int) -> str:
    """Return the two thuds of a heart."""
    since, again = f"mod(t,{60 / bpm:.6f})", f"mod(t-0.24,{60 / bpm:.6f})"
    return f"0.34*exp(-17*{since})*sin(2*PI*54*{since}) + 0.24*exp(-20*{again})*sin(2*PI*47*{again})"


def _struck(strikes_s: list[float]) -> str:
    """Return the loudness of thunder that follows each strike and rolls away."""
    rolls = [f"gte(t,{at + 0.15})*exp(-1.1*(t-{at + 0.15}))" for at in strikes_s]
    return f"min(1.9,1.6*({'+'.join(rolls)}))" if rolls else "0"
