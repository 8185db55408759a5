"""Pages that show trainings again, in a browser with no network: players, two runs side by side, and their index."""
