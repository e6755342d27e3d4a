"""How well a checkpoint reads: calibration, folds by person, and the model card."""
