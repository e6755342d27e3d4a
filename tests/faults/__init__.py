"""Kill -9 at drawn moments: nothing is lost or altered, and little is done twice.

`python -m tests.faults --moments 25 --seed 5`. What is killed amid is an act (`acts.ACTS`), each with its victims.
"""
