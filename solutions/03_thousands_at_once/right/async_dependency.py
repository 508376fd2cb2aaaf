"""An async dependency asks the depot; FastAPI awaits it on the loop."""

from typing import Annotated

from fastapi import Depends

Status = Annotated[str, Depends(known_status)]


@app.get("/parcels/{tracking_id}")
async def get_status(tracking_id: str, status: Status) -> dict:
    """Answer {"parcel": ..., "status": ...}; 404 for a parcel the depot does not know."""
    return {"parcel": tracking_id, "status": status}


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(tracking_id: str, status: Status) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    return {"parcel": tracking_id, "delivered": status == "delivered"}
