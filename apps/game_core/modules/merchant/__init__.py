"""The merchant: buys, sells, repairs and sells back. What changes hands is the inventory's to keep."""
