"""Inputs that both sides make alike: calibration samples, then held-out ones."""
import gzip
import hashlib
import os

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


def random_inputs(shape, count, seed=42):
    size = int(np.prod(shape))
    return [splitmix_block(seed, i * size, size).reshape(shape) for i in range(count)]


def mosaics(shape, count):
    """Noise in [-1, 1) in squares of 1, 2, 4 ... 64 pixels, by turns: plain noise makes a network see the same thing in all samples, and
    what its rounding does to the outputs is one draw, however many samples there are."""
    samples = []
    for i, noise in enumerate(random_inputs(shape, count)):
        rows, columns = (np.arange(length) // 2 ** (i % 7) for length in shape[-2:])
        samples.append(noise[..., rows, :][..., columns] * np.float32(2) - np.float32(1))
    return samples


def digit_inputs(images_file, count):
    """The first images of the calibration split of the drawn digits, as bytes / 255 in float32."""
    raw = np.fromfile(images_file, dtype=np.uint8, count=count * 784)
    return list((raw.astype(np.float32) / np.float32(255)).reshape(-1, 1, 1, 28, 28))


def mnist_inputs(data, shape, count):
    """The first images of MNIST's test set, as bytes / 255 in float32."""
    with gzip.open(os.path.join(data, "mnist", "t10k-first5000-images-idx3-ubyte.gz")) as file:
        raw = np.frombuffer(file.read(), dtype=np.uint8, offset=16, count=count * int(np.prod(shape)))
    return list((raw.astype(np.float32) / np.float32(255)).reshape(count, *shape))


def windows(data, recording, shape, count):
    """The first windows of a recording, 16 bits / 32768 in float32."""
    raw = np.fromfile(os.path.join(data, "audio", recording), dtype="<i2", count=count * int(np.prod(shape)), offset=44)
    return list((raw.astype(np.float32) / np.float32(32768)).reshape(count, *shape))


# Calibration and held-out samples, where 16 and 8 leave too much to chance.
COUNTS = {
    "digits-cnn": (16, 64),
    "mnist-self-attention-medium": (64, 512),
    "silero-vad-v3-2021": (64, 128),
    "ultraface-RFB-320": (16, 32),
}

# How models are fed that noise in [0, 1) does not suit, or that have more than one input. random: noise in [0, 1); bytes: floor(256 * noise);
# mosaic, mnist, speech: see above; a number: constant; the name of an output: what the float model gave for the window before, at first 0.
FEEDS = {
    "magika-standard-v3_3": [("bytes", "int32", [1, 2048], "bytes")],
    "mnist-self-attention-medium": [("input_1", "float32", [1, 28, 28, 1], "mnist")],
    "silero-vad-v3-2021": [("input", "float32", [1, 1536], "speech"), ("h0", "float32", [2, 1, 64], "hn"), ("c0", "float32", [2, 1, 64], "cn")],
    "silero-vad-16k-opset15": [("input", "float32", [1, 512], "random"), ("state", "float32", [2, 1, 128], 0), ("sr", "int64", [], 16000)],
    "ultraface-RFB-320": [("input", "float32", [1, 3, 240, 320], "mosaic")],
}

CALIBRATION_SPEECH, HELD_OUT_SPEECH = "silero-en_num.wav", "silero-test-60s.wav"


def counts(key):
    return COUNTS.get(key, (CALIBRATION, HELD_OUT))


def feeds(key, name, shape, data, digits_file, run):
    """One dictionary a sample, calibration first. run: the outputs of the float model by name."""
    calibration, held_out = counts(key)
    if key.startswith("digits"):
        return [{name: sample} for sample in digit_inputs(digits_file, calibration + held_out)]
    (first, dtype, shape, fill), *rest = FEEDS.get(key, [(name, "float32", shape, "random")])
    if fill == "speech":
        parts = (CALIBRATION_SPEECH, calibration), (HELD_OUT_SPEECH, held_out)
        return [row for part in parts for row in carried(first, windows(data, part[0], shape, part[1]), rest, run)]
    samples = {"mosaic": mosaics, "mnist": lambda *of: mnist_inputs(data, *of)}.get(fill, random_inputs)(shape, calibration + held_out)
    constants = {name: np.full(shape, value, dtype=dtype) for name, dtype, shape, value in rest}
    return [{first: np.floor(s * 256).astype(dtype) if fill == "bytes" else s, **constants} for s in samples]


def carried(first, samples, states, run):
    """Windows of one recording, with the states in which the float model left the one before."""
    state = {name: np.zeros(shape, dtype=dtype) for name, dtype, shape, _ in states}
    for sample in samples:
        row = {first: sample, **state}
        yield row
        outputs = run(row)
        state = {name: outputs[output] for name, _, _, output in states}


def digest(rows, name):
    return hashlib.sha256(b"".join(row[name].astype("<f4").tobytes() for row in rows)).hexdigest()


def check():
    generator = SplitMix64(42)
    loop = [np.float32((generator.next() >> 11) * 2.0**-53) for _ in range(100)]
    assert loop == list(splitmix_block(42, 0, 100))


check()
