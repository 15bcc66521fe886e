"""All tests. What is imported and collected stays: nobody looks through it for rubbish until that is done."""

import gc

gc.disable()
