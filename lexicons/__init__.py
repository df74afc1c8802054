"""Rules, phrase lists and rulebooks, as supervisors write them."""
