"""Films on their way in: uploads, films opened where they lie, the sample cut."""
