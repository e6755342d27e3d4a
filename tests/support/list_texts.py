"""Lists of scenes and markers as text, with the events that each reads as."""

from __future__ import annotations

from tests.support.event_rows import Row

PSD = "Scene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame"


INDEX = "#,Reel,Match,V,C,Dur,Source In,Source Out,Record In,Record Out,Name,Comments"


ALE = "Heading\nFIELD_DELIM\tTABS\nVIDEO_FORMAT\t1080\nFPS\t{fps}\n\nColumn\n{columns}\n\nData\n{rows}\n"


PREMIERE = "Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\n"


READ: list[tuple[str, list[Row]]] = [
    # By hand: a frame, a time of the clock, seconds, timecode; in any order.
    ("0 Opening\n412 Street\n", [(0, None, "Opening"), (412, None, "Street")]),
    ("# note\n\n  7\tTabbed\r\n8   Far   apart  ", [(7, None, "Tabbed"), (8, None, "Far apart")]),
    ("01:00:04:12 Kitchen, day\n01:00:00;00", [("01:00:04:12", None, "Kitchen, day"), ("01:00:00;00", None, "")]),
    ("18.5s A\n1s", [(18.5, None, "A"), (1.0, None, "")]),
    ("00:00:02.400 A\n00:00:04,400 B", [(2.4, None, "A"), (4.4, None, "B")]),
    ("0:00:00 Intro\n0:01:02 Street\n1:02.500 B", [(0.0, None, "Intro"), (62.0, None, "Street"), (62.5, None, "B")]),
    ("00:00:04.12 frames", [("00:00:04.12", None, "frames")]),
    ("412, Street\n0;\n", [(412, None, "Street"), (0, None, "")]),
    ("412 5\n3 2", [(412, None, "5"), (3, None, "2")]),
    # Begin and end.
    ("00:00:00.000 00:00:02.400 A\n00:00:02.400 00:00:04.400 B", [(0.0, 2.4, "A"), (2.4, 4.4, "B")]),
    ("00:00:00.000 --> 00:00:02.400\n00:00:02.400 --> 00:00:04.400", [(0.0, 2.4, ""), (2.4, 4.4, "")]),
    ("01:00:00:00 01:00:02:10 A\n01:00:02:10 01:00:04:10 B",
     [("01:00:00:00", "01:00:02:10", "A"), ("01:00:02:10", "01:00:04:10", "B")]),
    # Pairs of frames: the last one belongs to the scene, unless each begins where the one before it ends.
    ("0 59\n60 109\n110 184\n", [(0, 60, ""), (60, 110, ""), (110, 185, "")]),
    ("0\t59\r\n60\t109\r\n", [(0, 60, ""), (60, 110, "")]),
    ("0, 59\n65, 109\n", [(0, 60, ""), (65, 110, "")]),
    ("0 60\n60 110\n110 185\n", [(0, 60, ""), (60, 110, ""), (110, 185, "")]),
    # PySceneDetect's CSV, with and without its line of cuts, and as older versions and others write it.
    (f"{PSD}\n1,1,00:00:00.000,0.000,60\n2,61,00:00:02.400,2.400,110\n", [(0, 60, ""), (60, 110, "")]),
    (f"Timecode List:,00:00:02.400\n{PSD}\n1,1,00:00:00.000,0.000,60\n2,61,00:00:02.400,2.4,110\n",
     [(0, 60, ""), (60, 110, "")]),
    (f"{PSD}\n1,0,00:00:00.000,0.000,60\n2,60,00:00:02.400,2.400,110\n", [(0, 60, ""), (60, 110, "")]),
    (f"{PSD}\n1,1,00:00:00.000,0.000,60\n".replace(",", ";"), [(0, 60, "")]),
    ("Scene Number,Start Timecode,End Timecode\n1,00:00:00.000,00:00:02.400\n", [(0.0, 2.4, "")]),
    ("start_frame,end_frame\n0,59\n60,109\n110,184\n", [(0, 60, ""), (60, 110, ""), (110, 185, "")]),
    ("start,end\n0,60\n60,110\n", [(0, 60, ""), (60, 110, "")]),
    ("Start Frame,End Frame\n1,61\n61,111\n", [(0, 60, ""), (60, 110, "")]),
    ("Start Frame,End Frame\n61,110\n", [(60, 110, "")]),
    ("Start Frame,End Frame\n0,50\n60,100\n120,150\n", [(0, 50, ""), (60, 100, ""), (120, 150, "")]),
    ("scene,start,end\n1,0.0,2.4\n2,2.4,4.4\n", [(0.0, 2.4, ""), (2.4, 4.4, "")]),
    ("Start,End,Name\n0,2.4,A\n2.4,4.4,B\n", [(0.0, 2.4, "A"), (2.4, 4.4, "B")]),
    ('Name;Start time\n"A; with a sign";00:00:00.000\n"two\nlines";00:00:02.400\n',
     [(0.0, None, "A; with a sign"), (2.4, None, "two lines")]),
    # Resolve's edit index: the record side of one picture track.
    (f"{INDEX}\n1,A,,V1,C,60,00:00:00:00,00:00:02:10,01:00:00:00,01:00:02:10,a,\n"
     "2,A,,V2,C,60,00:00:00:00,00:00:02:10,01:00:00:00,01:00:02:10,title,\n"
     "3,A,,A1,C,60,00:00:00:00,00:00:02:10,01:00:00:00,01:00:02:10,sound,\n"
     "4,A,,V1,C,50,00:00:00:00,00:00:02:00,01:00:02:10,01:00:04:10,b,\n",
     [("01:00:00:00", "01:00:02:10", "a"), ("01:00:02:10", "01:00:04:10", "b")]),
    # Premiere's markers, in English and German, with names and descriptions.
    (f"{PREMIERE}Opening\t\t00:00:00:00\t00:00:00:00\t00:00:00:00\tComment\n"
     "\tsecond\t00;00;02;10\t00;00;02;10\t00;00;00;00\tChapter\n",
     [("00:00:00:00", None, "Opening"), ("00:00:02;10", None, "second")]),
    (f"{PREMIERE}A\tdescription,\t00:00:00:00\t00:00:00:00\t00:00:00:00\tComment\nthat goes on\n",
     [("00:00:00:00", None, "A")]),
    ("Markenname\tBeschreibung\tIn\tOut\tDauer\tMarkentyp\nA\t\t00:00:00:00\t00:00:00:00\t00:00:00:00\tKommentar\n",
     [("00:00:00:00", None, "A")]),
    (PREMIERE.replace("\t", ",") + "A,,00:00:02:00,00:00:02:00,00:00:00:00,Comment\n", [("00:00:02:00", None, "A")]),
    # Avid's markers.
    ("me\t01:00:00:00\tV1\tred\tOpening\t1\nme\t01:00:02:10\tTC1\tblue\tStreet\t1\n",
     [("01:00:00:00", None, "Opening"), ("01:00:02:10", None, "Street")]),
    ("me\t01:00:00:00\tV1\tred\tOpening,\nsecond line\nme\t01:00:02:10\tV2\tblue\t\n",
     [("01:00:00:00", None, "Opening,"), ("01:00:02:10", None, "")]),
    ("\t01;00;00;00\tV1\tgreen\tDrop\t12\t\tcolour\n", [("01:00:00;00", None, "Drop")]),
    # ALE: Start and End of clips with picture, in order.
    (ALE.format(fps="25", columns="Name\tTracks\tStart\tEnd", rows="B\tV\t01:00:02:10\t01:00:04:10\n"
                "A\tVA1A2\t01:00:00:00\t01:00:02:10\nS\tA1\t01:00:00:00\t01:00:04:10"),
     [("01:00:00:00", "01:00:02:10", "A"), ("01:00:02:10", "01:00:04:10", "B")]),
]  # fmt: skip
