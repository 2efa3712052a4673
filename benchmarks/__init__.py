"""Fixed inputs, numbers to compare.  ``make bench`` prints ratios from one run; single absolutes vary with the machine."""
