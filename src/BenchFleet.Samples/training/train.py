"""Trains the two sample models and exports them. Use: train.py DATA_FOLDER OUT_FOLDER {cnn|transformer} [EPOCHS]

DATA_FOLDER is what export-training-data.cs wrote. One thread and fixed seeds: one version of PyTorch on one CPU gives one result.
"""
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

SEED = 7
BATCH = 128


def load(folder, split):
    images = np.fromfile(f"{folder}/{split}-images.bin", dtype=np.uint8).reshape(-1, 1, 28, 28)
    labels = np.fromfile(f"{folder}/{split}-labels.bin", dtype=np.uint8)
    return torch.from_numpy(images.copy()), torch.from_numpy(labels.astype(np.int64))


def conv(channels_in, channels_out, kernel=3, stride=1, groups=1, relu=True):
    layers = [
        nn.Conv2d(channels_in, channels_out, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(channels_out),
    ]
    return nn.Sequential(*layers, *([nn.ReLU()] if relu else []))


class Cnn(nn.Module):
    """Stem, strided convolution, residual block, two depthwise-separable blocks, average pool, one linear layer."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(conv(1, 16), conv(16, 32, stride=2))
        self.residual = nn.Sequential(conv(32, 32), conv(32, 32, relu=False))
        self.separable = nn.Sequential(
            conv(32, 32, stride=2, groups=32), conv(32, 64, kernel=1), conv(64, 64, groups=64), conv(64, 64, kernel=1)
        )
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        x = self.stem(x)
        x = F.relu(x + self.residual(x))
        x = F.adaptive_avg_pool2d(self.separable(x), 1)
        return self.head(torch.flatten(x, 1))


class Layer(nn.Module):
    """Pre-norm encoder layer with separate Q, K, V, so that each is a plain MatMul in the exported graph."""

    def __init__(self, width, heads, hidden):
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def split(self, x):
        return x.reshape(-1, 28, self.heads, self.size).transpose(1, 2)

    def forward(self, x):
        y = self.norm1(x)
        q, k, v = self.split(self.q(y)), self.split(self.k(y)), self.split(self.v(y))
        weights = torch.softmax(q @ k.transpose(2, 3) * self.size**-0.5, dim=-1)
        x = x + self.o((weights @ v).transpose(1, 2).reshape(-1, 28, self.heads * self.size))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Transformer(nn.Module):
    """Each of the 28 rows is a token of 28 pixels."""

    def __init__(self, width=64, heads=4, hidden=192, layers=2):
        super().__init__()
        self.embed = nn.Linear(28, width)
        self.position = nn.Parameter(torch.randn(1, 28, width) * 0.02)
        self.layers = nn.Sequential(*[Layer(width, heads, hidden) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        x = self.embed(x.reshape(-1, 28, 28)) + self.position
        x = self.norm(self.layers(x)).transpose(1, 2)
        return self.head(torch.flatten(F.adaptive_avg_pool1d(x, 1), 1))  # A mean would be ReduceMean, whose form changed after opset 17.


def accuracy(model, images, labels):
    model.eval()
    with torch.no_grad():
        hits = sum((model(x.float() / 255).argmax(1) == y).sum().item() for x, y in zip(images.split(500), labels.split(500)))
    return hits / len(labels)


def train(model, images, labels, epochs, rate):
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    steps = epochs * (len(labels) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.15)
    for epoch in range(epochs):
        model.train()
        order = torch.randperm(len(labels))
        total = 0.0
        for first in range(0, len(labels) - BATCH + 1, BATCH):
            batch = order[first : first + BATCH]
            loss = F.cross_entropy(model(images[batch].float() / 255), labels[batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1}: loss {total * BATCH / len(labels):.4f}, {time.process_time():.0f} s CPU", flush=True)


def spread(cnn):
    """Scales each channel between a depthwise and the next pointwise convolution by up to 2^+-3.3 and undoes it in the latter's weights.

    ReLU lets a positive factor through, so nothing changes in float but rounding. It gives the small network the uneven channels that large
    depthwise networks are known for: one scale per tensor then costs accuracy, one per channel little.
    """
    generator = torch.Generator().manual_seed(11)
    with torch.no_grad():
        for depthwise, pointwise in ((0, 1), (2, 3)):
            norm, weight = cnn.separable[depthwise][1], cnn.separable[pointwise][0].weight
            factor = 2 ** ((torch.rand(len(norm.weight), generator=generator) * 2 - 1) * 3.3)
            norm.weight *= factor
            norm.bias *= factor
            weight /= factor[None, :, None, None]


def export(model, path):
    model.eval()
    # PRESERVE keeps the exporter from folding BatchNorm into Conv: that is a technique's work, and the samples are there to show it.
    torch.onnx.export(
        model, torch.zeros(1, 1, 28, 28), path, dynamo=False, opset_version=17,
        training=torch.onnx.TrainingMode.PRESERVE, input_names=["input"], output_names=["logits"],
        dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}},
    )


def main():
    data, out, kind = sys.argv[1:4]
    epochs = int(sys.argv[4]) if len(sys.argv) > 4 else {"cnn": 4, "transformer": 7}[kind]
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    model = Cnn() if kind == "cnn" else Transformer()
    train(model, *load(data, "train"), epochs, rate=4e-3 if kind == "cnn" else 2e-3)
    if kind == "cnn":
        spread(model)
    print(f"evaluation accuracy {accuracy(model, *load(data, 'evaluation')):.4f}")
    export(model, f"{out}/digits-{kind}.onnx")


if __name__ == "__main__":
    main()
