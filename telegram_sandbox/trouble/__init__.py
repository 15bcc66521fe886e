"""What goes wrong on purpose: faults and flood waits."""
