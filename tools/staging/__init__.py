"""Everything as in production, on this machine: started, played on, broken, replaced, and audited."""
