"""From settings to working parts. A file per part, since each process starts with what it needs."""
