"""The studio API: what a studio's own machines read with its key. It writes nothing."""
