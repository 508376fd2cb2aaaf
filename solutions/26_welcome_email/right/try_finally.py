"""A finally makes the second step run whatever the first one does."""

del welcome


class Welcome:
    def __init__(self, address: str) -> None:
        self.address = address

    async def __call__(self) -> None:
        await asyncio.sleep(0.01)
        try:
            await send_welcome_email(address=self.address)
        finally:
            await notify_sales(address=self.address)


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    background.add_task(Welcome(person.email))
    return {"signed_up": person.email}
