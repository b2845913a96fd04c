"""Lesson files that are valid: one that has every kind of key, and a short one."""

VALID = """\
title = "Units"
description = "How many units does it take?"
minutes = 10

[[step]]
title = "Eight units"
text = \"\"\"
Eight units are few.

How well can they do?
\"\"\"
do = "Press Train."
page = "train"
query = { view = "epochs" }
settings = { hidden_units = 8, epochs = 2 }
dataset = "MNIST"
hide = ["more_settings"]
fix = [
    "epochs",
    "hidden_units",
]

[step.question]
ask = "How many are right?"
answer = "test accuracy"
of = "units = 8"
choices = ["about 50 %", "about 90 %"]
why = "Eight numbers say much."

[step.criterion]
runs = "units = 8 and state = finished"
count = 1
drawings = 10

[[step]]
title = "Look"
text = "Look at both."
page = "runs"
query = { filter = "units = 8" }
criterion = { visited = true }
"""

SHORT = """\
title = "Look"
description = "What the images look like."
minutes = 2

[[step]]
title = "Images"
text = "Look at the images."
page = "data"
criterion = { visited = true }
"""
