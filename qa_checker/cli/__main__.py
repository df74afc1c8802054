"""python -m qa_checker.cli."""

from . import main

main()
