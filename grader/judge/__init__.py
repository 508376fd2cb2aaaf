"""A judge outside: the suite's own tests once more, in a process that never loads the answer.

Problem. An answer shares an interpreter with the tests that judge it, so what it says of itself
can be forged: the clock, the tokens, the checks.

Solution. Two processes. The judge has the suite, its fixtures, the clock, the stand-ins and the
client; the host has the answer and serves its app. They speak in turns, over one socket:

    judge -> host   "it is 1.0 s: here is a request, the result of a call, a message"
    host -> judge   "these calls and messages came of it; I have nothing to do until 1.4 s"

One of them runs while the other waits. A clock asks `elsewhere` before it moves, and there the
turn is given: the host's clock goes where the judge says, and the judge's goes to the earlier of
its own next deadline and the host's. What a host says about the time moves only the host's own.

Everything that a host says is data: JSON, bounded, looked at piece by piece. A check that does
not hold here, or an error that the answer raises, says that it is not as it looked. So does, in the
sandbox, where nobody else can have brought it about, a host that ends, talks nonsense or is silent.
One that asks for what cannot be played is no sign of anything.

Modules, each importing only from those before it:
  line      frames over a socket, and why there may be no opinion
  values    what can cross: JSON with bytes, tuples and keys of any kind; exceptions
  wire      the host's side of other services
  driver    the host's side of a database: connections whose statements the judge runs
  host      the answer's process
  services  the judge's side of other services
  tables    the judge's side of a database
  remote    the judge's side of one test: whose turn it is, and what the host says
  answer    what stands there for the answer's module
  opinion   the judge's process: starts the host, runs the suite, tells of it
"""
