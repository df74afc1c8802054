"""What the exit code of a command says; README.md lists them for those who call it."""

WRONG = 1
"""An example beside a rule is wrong, or an archive is damaged."""
CANNOT = 2
"""It cannot run, or files were refused."""
TOO_BAD = 3
"""Files with more bad rows than allowed were not published."""
BUSY = 75
"""Another run holds the archive; EX_TEMPFAIL of sysexits.h."""
STOPPED = 130
"""Ctrl-C; 128 and the number of the signal, as shells count."""
