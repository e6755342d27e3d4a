from .carried_annotations import CarriedAnnotations as CarriedAnnotations, carry_annotations as carry_annotations
from .cuts import Cut as Cut, TwoCuts as TwoCuts, two_cuts as two_cuts
from .moves import Move as Move, MovedList as MovedList, lost_table as lost_table, summary as summary
from .registry import FORMAT_NAMES as FORMAT_NAMES, LIST_SUFFIXES as LIST_SUFFIXES, conform_list as conform_list
