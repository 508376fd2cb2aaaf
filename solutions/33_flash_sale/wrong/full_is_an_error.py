"""The first full queue is an error of the order, and the watchers behind it hear nothing.

fails: test_who_is_behind_is_put_out = server-error
"""


def tell(news: dict) -> None:
    """Puts it before every watcher; who has LIMIT waiting already is behind."""
    for watcher in watchers:
        watcher.waiting.put_nowait(news)
