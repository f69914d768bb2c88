"""Nothing about subtitles is measured by the clock: hypothesis gets no deadline here."""

from hypothesis import settings

settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")
