"""Events to rows and back: exact bytes, gap-free positions, sealed personal values."""
