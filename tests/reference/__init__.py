"""The rule language once more, slow and obvious: one conversation at a time, written from its description.

Nothing of the engine is used but its values (rules as read, durations, which lists a text says), so that both being
wrong in the same way is unlikely. The fuzz compares the two.
"""
