"""Pictures and pages, drawn by Qt without a window."""
