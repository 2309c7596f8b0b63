"""`python -m mingjing`, the same as the command `mingjing`."""

from mingjing.cli import main

if __name__ == "__main__":
    main()
