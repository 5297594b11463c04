"""Networks as researchers export them, of small width: the shapes of ResNet-18, VGG-11, MobileNetV2 and of transformers."""

from __future__ import annotations

import math

import torch
from torch import nn
import torch.nn.functional as F


class BasicBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + shortcut)


class ResNet18(nn.Module):
    """torchvision's ResNet-18 with `width` channels in place of 64."""

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        channels = [width, width, 2 * width, 4 * width, 8 * width]
        for stage in range(4):
            first = BasicBlock(channels[stage], channels[stage + 1], 1 if stage == 0 else 2)
            setattr(self, f"layer{stage + 1}", nn.Sequential(first, BasicBlock(channels[stage + 1], channels[stage + 1], 1)))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8 * width, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.maxpool(F.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class Upsampler(nn.Module):
    """Convolutions between images that are made larger and smaller: nearest, and linear in both of PyTorch's conventions."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.down = nn.Conv2d(3, 4, 3, 2, 1)
        self.middle = nn.Conv2d(4, 4, 3, padding=1)
        self.last = nn.Conv2d(4, 6, 3, padding=1)
        self.fc = nn.Linear(6, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.interpolate(F.relu(self.down(x)), scale_factor=2, mode="nearest")
        x = F.interpolate(self.middle(x), size=(5, 7), mode="bilinear", align_corners=False)
        x = F.interpolate(F.relu(self.last(x)), size=(9, 4), mode="bilinear", align_corners=True)
        return self.fc(x.mean((2, 3)))


class Vgg(nn.Module):
    """VGG-11 without batch normalisation, with `width` channels in place of 64."""

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for factor in (1, "M", 2, "M", 4, 4, "M", 8, 8, "M"):
            if factor == "M":
                layers.append(nn.MaxPool2d(2, 2))
                continue
            layers += [nn.Conv2d(inputs, width * factor, 3, padding=1), nn.ReLU()]
            inputs = width * factor
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            nn.Linear(inputs, 4 * width), nn.ReLU(), nn.Dropout(), nn.Linear(4 * width, 4 * width), nn.ReLU(), nn.Dropout(),
            nn.Linear(4 * width, classes),
        )  # fmt: skip

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


class InvertedResidual(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int, expand: int) -> None:
        super().__init__()
        hidden = inputs * expand
        layers: list[nn.Module] = []
        if expand != 1:
            layers += [nn.Conv2d(inputs, hidden, 1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU6()]
        layers += [nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden, bias=False), nn.BatchNorm2d(hidden), nn.ReLU6()]
        layers += [nn.Conv2d(hidden, outputs, 1, bias=False), nn.BatchNorm2d(outputs)]
        self.conv = nn.Sequential(*layers)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.conv(x) if self.residual else self.conv(x)


class MobileNetV2(nn.Module):
    """Inverted residuals with depthwise convolutions and ReLU6, an eighth as wide and with fewer repetitions."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        inputs = 4
        layers: list[nn.Module] = [nn.Sequential(nn.Conv2d(3, inputs, 3, 2, 1, bias=False), nn.BatchNorm2d(inputs), nn.ReLU6())]
        for expand, channels, count, stride in ((1, 2, 1, 1), (6, 3, 2, 2), (6, 4, 2, 2), (6, 8, 2, 1)):
            for index in range(count):
                layers.append(InvertedResidual(inputs, channels, stride if index == 0 else 1, expand))
                inputs = channels
        layers.append(nn.Sequential(nn.Conv2d(inputs, 32, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU6()))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(32, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.features(x).mean([2, 3]))


class SmoothCnn(nn.Module):
    """Two convolutions with batch normalisation and no kinks, for values in train mode."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
        self.conv2, self.bn2 = nn.Conv2d(4, 6, 3, 2, 1, bias=False), nn.BatchNorm2d(6, momentum=0.3)
        self.fc = nn.Linear(6 * 16, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.avg_pool2d(torch.tanh(self.bn2(self.conv2(torch.tanh(self.bn1(self.conv1(x)))))), 2)
        return self.fc(x.flatten(1))


class Attention(nn.Module):
    """Multi-head attention; `einsum` writes its products as sums over letters."""

    def __init__(self, width: int, heads: int, einsum: bool) -> None:
        super().__init__()
        self.heads, self.einsum = heads, einsum
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        n, length, width = x.shape
        q, k, v = self.qkv(x).reshape(n, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        if self.einsum:
            weights = (torch.einsum("nhqd,nhkd->nhqk", q, k) / math.sqrt(width // self.heads)).softmax(-1)
            y = torch.einsum("nhqk,nhkd->nhqd", weights, v)
        else:
            y = (q @ k.transpose(-2, -1) / math.sqrt(width // self.heads)).softmax(-1) @ v
        return self.proj(y.transpose(1, 2).reshape(n, length, width))


class TanhGelu(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


class Block(nn.Module):
    def __init__(self, width: int, heads: int, einsum: bool) -> None:
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width), Attention(width, heads, einsum)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), TanhGelu() if einsum else nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class VisionTransformer(nn.Module):
    """Patches of 4×4, a class token, learned positions, two blocks."""

    def __init__(self, width: int, classes: int, size: int) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, width, 4, 4)
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.positions = nn.Parameter(torch.zeros(1, (size // 4) ** 2 + 1, width))
        self.blocks = nn.Sequential(Block(width, 2, False), Block(width, 2, False))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.positions
        return self.head(self.norm(self.blocks(x))[:, 0])


class TextTransformer(nn.Module):
    """Embedded tokens with learned positions, one block, and the mean over the sequence."""

    def __init__(self, words: int, length: int, width: int, classes: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.positions = nn.Parameter(torch.zeros(length, width))
        self.block = Block(width, 2, True)
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, classes)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.head(self.norm(self.block(self.embedding(tokens) + self.positions)).mean(1))
