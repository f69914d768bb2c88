"""Where the sample film plays: skies, towers, rooms and weather, as pieces that scenes are put together from."""

from cms.demo.painting.brush import Canvas, Point, dice, outline, placed, smooth

RAIN_PERIOD = 1920  # units after which a rain picture repeats itself, so that it can fall forever


def towers(
    canvas: Canvas, ground: float, *, seed: int, color: str, to: str, lights: str, tallest: float, lit: float
) -> None:
    """Stand a row of towers on ``ground``; ``lit`` is the share of windows with ``lights`` on."""
    chance = dice(seed)
    x = -30.0
    while x < canvas.width:
        width = chance.uniform(70, 150)
        height = tallest * chance.uniform(0.35, 1.0)
        top = ground - height
        canvas.rect(x, top, width, height, color, to=to)
        if chance.random() < 0.4:
            canvas.rect(x + width / 2 - 3, top - 70, 6, 70, color)
        _windows(canvas, x, top, width, ground, chance.randrange(10**6), lights, lit)
        x += width + chance.uniform(-14, 22)


def _windows(
    canvas: Canvas, x: float, top: float, width: float, ground: float, seed: int, lights: str, lit: float
) -> None:
    chance = dice(seed)
    across = int((width - 16) // 18)
    for row in range(int((ground - top - 24) // 26)):
        for column in range(across):
            if chance.random() < lit:
                canvas.rect(x + 10 + column * 18, top + 18 + row * 26, 9, 13, lights, opacity=chance.uniform(0.35, 1.0))


def moon(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """Hang a full moon with its halo."""
    canvas.glow(x, y, radius * 6, "#6f86c9", 0.55)
    canvas.glow(x, y, radius * 2.4, "#cdd9ff", 0.5)
    canvas.oval(x, y, radius, radius, "#f6f1e0", to="#cfd2e6")
    for dx, dy, size in ((-0.3, -0.2, 0.22), (0.25, 0.3, 0.3), (0.35, -0.35, 0.14)):
        canvas.oval(x + dx * radius, y + dy * radius, size * radius, size * radius, "#b9bcd4", opacity=0.5)


def clouds(canvas: Canvas, y: float, *, seed: int, color: str, opacity: float, count: int = 9) -> None:
    """Drift a bank of soft clouds across."""
    chance = dice(seed)
    for _ in range(count):
        x = chance.uniform(-100, canvas.width + 100)
        wide = chance.uniform(160, 420)
        canvas.oval(x, y + chance.uniform(-70, 70), wide, wide * 0.16, color, opacity=opacity, blur=26)


def rain(scale: float, *, seed: int, drops: int = 150) -> Canvas:
    """Paint falling rain, two periods high."""
    canvas = Canvas(1080, 2 * RAIN_PERIOD, scale)
    falling_rain(canvas, seed=seed, drops=drops)
    return canvas


def falling_rain(canvas: Canvas, *, seed: int, drops: int, length: float = 90, opacity: float = 0.34) -> None:
    """Streak rain over a picture; what leaves at the bottom of a period comes in at its top."""
    chance = dice(seed)
    for _ in range(drops):
        x, y = chance.uniform(-20, canvas.width + 20), chance.uniform(0, RAIN_PERIOD)
        far = chance.uniform(0.4, 1.0)
        for repeat in (-RAIN_PERIOD, 0, RAIN_PERIOD):
            start, end = (x, y + repeat), (x - 10 * far, y + repeat + length * far)
            canvas.line([start, end], 2.4 * far, "#dbe7ff", opacity=opacity * far)


def bokeh(canvas: Canvas, *, seed: int, count: int, colors: list[str], top: float, bottom: float) -> None:
    """Scatter city lights out of focus."""
    chance = dice(seed)
    for _ in range(count):
        x, y = chance.uniform(0, canvas.width), chance.uniform(top, bottom)
        radius, color = chance.uniform(26, 90), chance.choice(colors)
        strength = chance.uniform(0.18, 0.55)
        disc = [(x + radius * px, y + radius * py) for px, py in _DISC]
        canvas.light(disc, color, strength, blur=2.5)
        canvas.light(disc, color, strength * 0.35, blur=radius * 0.5)


def drops_on_glass(canvas: Canvas, *, seed: int, count: int) -> None:
    """Bead a window with rain: each drop a lens with a bright rim, some with a trail."""
    chance = dice(seed)
    for _ in range(count):
        x, y = chance.uniform(0, canvas.width), chance.uniform(0, canvas.height)
        size = chance.uniform(3, 15) * chance.uniform(0.5, 1.0)
        if size > 8 and chance.random() < 0.5:
            canvas.line([(x, y - chance.uniform(60, 320)), (x, y)], size * 0.45, "#cfe0ff", opacity=0.13)
        canvas.oval(x, y, size, size * 1.25, "#e8f1ff", to="#8fa8d8", opacity=0.34)
        canvas.oval(x - size * 0.3, y - size * 0.45, size * 0.28, size * 0.28, "#ffffff", opacity=0.8)


def mansion(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Build Whitlock House around ``x``, standing on ``y``; ``size`` is half its width."""

    def at(points: list[Point]) -> list[Point]:
        return placed(points, x, y, size)

    wall, dark, light = "#2a2038", "#150f22", "#ffcf7d"
    canvas.fill(at(outline("-1,0 -1,-0.52 1,-0.52 1,0")), wall, to=dark)
    canvas.fill(at(outline("-1.06,-0.52 -0.86,-0.78 0.86,-0.78 1.06,-0.52")), "#1b1429", to="#241b35")
    canvas.fill(at(outline("-0.34,0 -0.34,-0.62 0.34,-0.62 0.34,0")), "#32274a", to="#1a132b")
    canvas.fill(at([(-0.40, -0.62), (0, -0.92), (0.40, -0.62)]), "#20182f", to="#2c2140")
    for side in (-1, 1):
        canvas.fill(
            at([(side * 0.86, 0), (side * 0.86, -0.95), (side * 1.12, -0.95), (side * 1.12, 0)]), "#231a34", to=dark
        )
        canvas.fill(at([(side * 0.82, -0.95), (side * 0.99, -1.34), (side * 1.16, -0.95)]), "#160f22")
        canvas.fill(
            at(
                [
                    (side * 0.60 - 0.05, -0.74),
                    (side * 0.60 - 0.05, -0.96),
                    (side * 0.60 + 0.05, -0.96),
                    (side * 0.60 + 0.05, -0.74),
                ]
            ),
            "#160f22",
        )
    panes = [(dx, dy) for dy in (-0.14, -0.40) for dx in (-0.74, -0.58, -0.42, 0.42, 0.58, 0.74)]
    panes += outline("-0.99,-0.3 0.99,-0.3 -0.99,-0.66 0.99,-0.66 -0.2,-0.46 0.2,-0.46 0,-0.46")
    for dx, dy in panes:
        arch: list[Point] = outline("-0.045,0.08! -0.045,-0.06 0,-0.1 0.045,-0.06 0.045,0.08!")
        canvas.fill(smooth(placed(arch, x + dx * size, y + dy * size, size)), light, to="#e58f3c")
        canvas.glow(x + dx * size, y + dy * size, 0.20 * size, "#ffb65c", 0.35)
    door: list[Point] = outline("-0.1,0! -0.1,-0.2 0,-0.28 0.1,-0.2 0.1,0!")
    canvas.fill(smooth(at(door)), "#fff0c4", to="#ffb65c")
    for dx in (-0.30, -0.17, 0.17, 0.30):
        canvas.fill(
            at([(dx - 0.022, 0), (dx - 0.022, -0.36), (dx + 0.022, -0.36), (dx + 0.022, 0)]), "#5a4a6a", to="#241a30"
        )
    canvas.glow(x, y - 0.1 * size, 1.1 * size, "#ff9d45", 0.35)


def trees(canvas: Canvas, places: list[tuple[float, float, float]], color: str) -> None:
    """Plant cypresses: (x, foot, height)."""
    cypress: list[Point] = outline(
        "0,-1! 0.1,-0.7 0.15,-0.35 0.1,-0.06 0.03,0 -0.03,0 -0.1,-0.06 -0.15,-0.35 -0.1,-0.7"
    )
    for x, foot, height in places:
        canvas.fill(smooth(placed(cypress, x, foot, height)), color)


_DISC: list[Point] = smooth(outline("1,0 0.707,0.707 0,1 -0.707,0.707 -1,0 -0.707,-0.707 0,-1 0.707,-0.707"), steps=6)
