"""The partner feed: what a partner's machine reads with its key. It reads stored bytes and writes nothing."""
