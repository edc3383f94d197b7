"""The shipped program under Wine: what a Windows would do with it, as far as Wine 8 goes."""
