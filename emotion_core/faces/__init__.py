"""Find faces on a frame, and tell which look as they did on the frame before."""
