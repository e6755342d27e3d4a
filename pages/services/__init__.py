"""What the parts and components of pages share: the opened library, routes, errors, signing in."""
