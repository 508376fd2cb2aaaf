"""One task lets the callers through, as long as there are any, and passes over those who have gone."""

from collections import deque

del free_at

queue: deque[asyncio.Future] = deque()
recent: deque[float] = deque(maxlen=RATE)
doorkeeper: asyncio.Task | None = None


async def keep_the_door():
    loop = asyncio.get_running_loop()
    while queue:
        if len(recent) == RATE and loop.time() < recent[0] + PER:
            await asyncio.sleep(recent[0] + PER - loop.time())
            continue
        turn = queue.popleft()
        if not turn.done():
            recent.append(loop.time())
            turn.set_result(None)


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    global doorkeeper
    turn = asyncio.get_running_loop().create_future()
    queue.append(turn)
    if doorkeeper is None or doorkeeper.done():
        doorkeeper = asyncio.create_task(keep_the_door())
    await turn
    return await locate(address)
