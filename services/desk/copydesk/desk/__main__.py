"""`python -m copydesk.desk` is `copydesk`."""

from copydesk.desk.cli import main

main()
