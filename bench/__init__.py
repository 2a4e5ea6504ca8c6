"""Benchmarks: measured figures beside their limits, medians of repeated runs, committed as JSON."""
