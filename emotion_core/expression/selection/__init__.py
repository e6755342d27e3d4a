"""Which engine runs a checkpoint on this machine: trials, agreement with fp32, the choice."""
