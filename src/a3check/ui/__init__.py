"""The window: one bridge to the run, a presenter without Qt, and widgets that only show."""
