"""A viewer before the camera: Chromium's own one, fed with a clip of a face."""
