import pytest
from gunicorn.http.errors import ChunkMissingTerminator, InvalidChunkSize, NoMoreData

from titles.media.uploads.bodies import Body


class Breaks:
    """A body in chunks that breaks after the first piece."""

    def __init__(self, trouble: Exception) -> None:
        self.pieces = iter([b"first"])
        self.trouble = trouble

    def read(self, _size: int) -> bytes:
        try:
            return next(self.pieces)
        except StopIteration:
            raise self.trouble from None


@pytest.mark.parametrize("trouble", [NoMoreData(), InvalidChunkSize(b"zz"), ChunkMissingTerminator(b"")])
def test_a_chunk_that_is_none_merely_ends_the_body_early(trouble):
    body = Body({"wsgi.input": Breaks(trouble), "HTTP_TRANSFER_ENCODING": "chunked"})

    assert (list(body.pieces()), body.is_short) == ([b"first"], True)
