"""Everything on one machine: a broker, the services, and somebody who watches them."""
