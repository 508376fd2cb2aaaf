"""Annotated names the dependency once, and every endpoint can use the name."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict

Db = Annotated[AsyncSession, Depends(get_async_db)]


class UserOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    email: str


@app.get("/users/{user_id}", response_model=UserOut)
async def read_user(user_id: int, db: Db):
    """Answer {"id": ..., "name": ..., "email": ...}, or a 404 when there is no such user."""
    if (user := await db.scalar(select(User).filter_by(id=user_id))) is None:
        raise HTTPException(404, "no such user")
    return user
