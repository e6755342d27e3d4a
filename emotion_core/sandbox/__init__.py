"""What a process gives up before it opens a file from outside: files, memory, time."""
