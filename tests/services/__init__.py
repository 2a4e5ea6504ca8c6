"""The real PostgreSQL and NATS that tests run on: from wheels, or in containers."""
