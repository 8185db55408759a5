"""What is run by hand, and seldom: each file says how in its first lines."""
