"""Kill -9 at drawn moments: nothing is lost or altered, and little is done twice.

`python -m tests.faults --moments 25 --seed 5`. What is killed amid is an act (`moments.stages`): an analysis, a film on
its way in from its first byte to the end of its analysis, and the moments in which its last bytes come and it is taken
in. Each act has its victims.
"""
