"""A read model made anew beside the one in use, from the store; then put in its place, and back.

Nothing but rows of the read database is written: no message is sent to anyone, and the stream is not read.
"""
