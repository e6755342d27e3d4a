"""One pass over a film: metrics for every frame, faces and logits for sampled frames."""
