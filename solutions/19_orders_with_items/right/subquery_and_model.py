"""subqueryload, and response models that read the attributes themselves."""

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import subqueryload


class ItemOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    product: str
    quantity: int


class OrderOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    items: list[ItemOut]


@app.get("/customers/{customer_id}/orders", response_model=list[OrderOut])
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
):
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    query = select(Order).filter_by(customer_id=customer_id).options(subqueryload(Order.items))
    return (await session.execute(query)).scalars().all()
