"""What leaves the program: the report, its mask and the ticket; pure."""
