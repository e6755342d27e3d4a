"""A worker of a cluster: its leases, and the confined processes that read films for them."""
