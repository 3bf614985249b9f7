"""`python -m coffee …`"""

import os

from coffee.cli.main import main

os.umask(0o077)  # what it writes holds personal data
main(prog_name="python -m coffee")
