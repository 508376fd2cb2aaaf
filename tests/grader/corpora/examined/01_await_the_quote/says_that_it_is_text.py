"""The body is JSON, and its header says something else.

fails: odd_values = wrong-value
says: The header content-type is text/html
"""

import json

from fastapi import Response


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> Response:
    price = await fetch_quote(parcel_id)
    if price is None:
        raise HTTPException(404, "no courier goes there")
    await save_audit(parcel_id, price)
    text = json.dumps({"parcel": parcel_id, "price": price})
    return Response(text, media_type="text/html")  # here
