"""HTTP: commands, queries, the feed. Who may call what stands beside each route."""
