"""The way from the portal's first address to the page behind the login."""
