from . import (
    correction_list as correction_list,
    export_menu as export_menu,
    film_head as film_head,
    missing_frames as missing_frames,
    note_list as note_list,
    partial_report as partial_report,
    report_form as report_form,
    scene_correction as scene_correction,
    scene_list as scene_list,
    target_form as target_form,
)
