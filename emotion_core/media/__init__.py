"""What a media file is, from its header and its facts: nothing here decodes more than one frame."""
