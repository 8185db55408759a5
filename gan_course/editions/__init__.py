"""From the committed notebooks, the reading edition, to the working edition and a student's copies of it."""
