"""The vocabulary and the rules of a diagnosis; knows no Qt, no hardware, no network."""
