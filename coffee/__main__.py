"""`python -m coffee …`"""

from coffee.cli import main

main(prog_name="python -m coffee")
