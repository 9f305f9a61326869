"""``python -m loopscope``."""

from loopscope.cli import main

if __name__ == "__main__":
    main()
