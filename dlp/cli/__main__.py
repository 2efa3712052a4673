"""``python -m dlp.cli``"""

from dlp.cli import main

main()
