"""The platforms on which the bot is asked: one file for each, all entering the core by its front door, `bot`."""
