"""An unusual one: a class as a dependency, which FastAPI makes on a thread, and a short sleep."""

from fastapi import Depends

del known_status


class Lookup:
    def __init__(self, tracking_id: str) -> None:
        self.tracking_id = tracking_id

    async def status(self) -> str:
        await asyncio.sleep(0.01)
        found = await find_status(tracking_id=self.tracking_id)
        if found is None:
            raise HTTPException(status_code=404)
        return found


@app.get("/parcels/{tracking_id}")
async def get_status(lookup: Lookup = Depends()) -> dict:
    """Answer {"parcel": ..., "status": ...}; 404 for a parcel the depot does not know."""
    return {"parcel": lookup.tracking_id, "status": await lookup.status()}


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(lookup: Lookup = Depends()) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    return {"parcel": lookup.tracking_id, "delivered": await lookup.status() == "delivered"}
