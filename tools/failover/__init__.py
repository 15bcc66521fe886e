"""What a change of Redis' master costs players, on real servers and sentinels."""
