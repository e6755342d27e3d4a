"""Work in the background: the queue's worker, its child processes, and how a job goes."""
