"""Kill -9 at drawn moments: nothing is lost or altered, and little is done twice.

`python -m tests.faults --moments 25 --seed 5`. What is killed amid is an act (`moments.stages`): an analysis, a film on
its way in from its first byte to the end of its analysis, and the moments in which its last bytes come and it is taken
in. Each act has its victims.

`python -m tests.faults --moments 25 --act correcting`: two windows correct the scenes of one film while another film is
analysed, and windows, app and worker are killed. Every correction that its window was told is made must be stored once,
in the order in which the window made it, and give the settings and the report that one undisturbed process comes to.

`python -m tests.faults --moments 10 --act repairing`: `library check --repair` is killed in a library whose database
was deleted, emptied, damaged, or is an older one, with and without copies of it. Run again, it must bring back every
film, by its name, every report and the corrections of the newest copy, and have removed nothing.
"""
