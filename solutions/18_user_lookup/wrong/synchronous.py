"""sqlite3 itself is synchronous: its query holds the event loop for all.

fails: test_ten_lookups_take_one_querys_time = blocked-loop
fails: test_fifty_lookups_give_everything_back = called-too-often
drawn: blocking
"""

import sqlite3
from contextlib import closing


@app.get("/users/{user_id}")
async def read_user(user_id: int, session: AsyncSession = Depends(get_async_db)) -> dict:
    """Answer {"id": ..., "name": ..., "email": ...}, or a 404 when there is no such user."""
    with closing(sqlite3.connect(Path(__file__).with_name("user_lookup.db"))) as connection:
        query = "SELECT id, name, email FROM users WHERE id = ?"
        row = connection.execute(query, (user_id,)).fetchone()
    if row is None:
        raise HTTPException(404, "no such user")
    return dict(zip(("id", "name", "email"), row))
