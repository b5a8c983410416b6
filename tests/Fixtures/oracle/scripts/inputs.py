"""Inputs that both sides make alike: 16 calibration samples, then 8 held-out ones."""
import hashlib

import numpy as np

CALIBRATION, HELD_OUT = 16, 8
MASK = (1 << 64) - 1


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)


def splitmix_block(seed, first, count):
    """Numbers first .. first+count-1 of the sequence as unit float32; the state after n steps is seed + n * gamma, so no loop is needed."""
    with np.errstate(over="ignore"):
        steps = np.arange(first + 1, first + count + 1, dtype=np.uint64)
        z = np.uint64(seed) + steps * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(11)).astype(np.float64) * 2.0**-53).astype(np.float32)


def random_inputs(shape, seed=42):
    size = int(np.prod(shape))
    return [splitmix_block(seed, i * size, size).reshape(shape) for i in range(CALIBRATION + HELD_OUT)]


def digit_inputs(images_file):
    """The first 24 images of the calibration split of the drawn digits, as bytes / 255 in float32."""
    raw = np.fromfile(images_file, dtype=np.uint8, count=(CALIBRATION + HELD_OUT) * 784)
    images = raw.astype(np.float32) / np.float32(255)
    return list(images.reshape(-1, 1, 1, 28, 28))


# Models with more than one input, or one that is not float. random: unit floats; bytes: floor(256 * unit); otherwise a constant.
FEEDS = {
    "magika-standard-v3_3": [("bytes", "int32", [1, 2048], "bytes")],
    "silero-vad-v3-2021": [("input", "float32", [1, 1536], "random"), ("h0", "float32", [2, 1, 64], 0), ("c0", "float32", [2, 1, 64], 0)],
    "silero-vad-16k-opset15": [("input", "float32", [1, 512], "random"), ("state", "float32", [2, 1, 128], 0), ("sr", "int64", [], 16000)],
}


def feeds(key, name, samples):
    """One dictionary a sample. The first input of a model in FEEDS follows the random sequence, the others are the same in all samples."""
    if key not in FEEDS:
        return [{name: sample} for sample in samples]
    (first, dtype, shape, fill), *rest = FEEDS[key]
    scale = 256 if fill == "bytes" else 1
    constants = {name: np.full(shape, value, dtype=dtype) for name, dtype, shape, value in rest}
    return [{first: np.floor(s * scale).astype(dtype) if fill == "bytes" else s, **constants} for s in random_inputs(shape)]


def digest(rows, name):
    return hashlib.sha256(b"".join(row[name].astype("<f4").tobytes() for row in rows)).hexdigest()


def check():
    generator = SplitMix64(42)
    loop = [np.float32((generator.next() >> 11) * 2.0**-53) for _ in range(100)]
    assert loop == list(splitmix_block(42, 0, 100))


check()
