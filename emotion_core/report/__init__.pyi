from .csv_file import csv_bytes as csv_bytes, rows_csv as rows_csv, scene_csv as scene_csv
from .face_wording import ListedCorrection as ListedCorrection, listed_corrections as listed_corrections
from .json_file import json_bytes as json_bytes, json_document as json_document
from .table import PROVENANCE as PROVENANCE, scene_table as scene_table, table_columns as table_columns
from .text_table import scene_text as scene_text
from .wording import scene_timecodes as scene_timecodes
