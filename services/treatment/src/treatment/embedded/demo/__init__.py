"""The demonstration: real input loaded through the front door, and what each step caused."""

from treatment.embedded.demo.run import Demo

__all__ = ["Demo"]
