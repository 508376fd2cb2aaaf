"""What a full queue cannot take is left out, and nobody is put out for it.

fails: test_who_is_behind_is_put_out = wrong-value
"""


def tell(news: dict) -> None:
    """Puts it before every watcher; who has LIMIT waiting already is behind."""
    for watcher in watchers:
        with suppress(asyncio.QueueFull):
            watcher.waiting.put_nowait(news)
