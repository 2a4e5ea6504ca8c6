"""Named moments at which the fault suite may strike a process: nothing happens there in what is released."""


def failpoint(name: str) -> None:
    """Does nothing, whatever the environment says: there is nothing here that could be switched on.

    The fault suite puts a function of its own in this place, in processes that it starts itself.
    """
