"""What a case is, what may happen to it, and what follows: pure functions over values.

No clock, no ids, no input or output: time, ids and definitions are arguments.
"""
