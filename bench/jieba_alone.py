"""The yardstick of segmentation: `jieba.lcut` over every message of an export, and nothing else."""

from __future__ import annotations

import sys

import jieba
import pyarrow.csv

if __name__ == "__main__":
    texts = pyarrow.csv.read_csv(sys.argv[1])["text"].to_pylist()
    jieba.initialize()
    for text in texts:
        jieba.lcut(text or "")
