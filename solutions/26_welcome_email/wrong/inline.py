"""The customer waits for two things that are none of the customer's business.

fails: test_the_response_leaves_at_once = too-slow
fails: test_ten_sign_ups_at_once = too-slow
"""


@app.post("/signup")
async def sign_up(person: SignUp) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    await welcome(person.email)
    return {"signed_up": person.email}
