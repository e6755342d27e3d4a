"""From a decoded frame to the picture a viewer sees, and what it shows that is no scene."""
